import { describe, expect, it } from 'vitest'
import { readRefusal } from '../../main/altinn/refusal.ts'
import { recordingsOf } from '../contract/recordings.ts'

function recorded(name: string): readonly [number, string] {
  const found = recordingsOf('correspondence').find((recording) => recording.name === name)
  if (found === undefined) throw new Error(`no recording ${name}`)
  const { status, rawText, body } = found.response
  // A body that was recorded only in its parsed form must not pass for an empty one.
  return [status, rawText ?? (body === null || body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body))]
}

describe('recorded refusals', () => {
  it.each(['140-token-none-overview', '152-token-expired-overview', '157-token-bad-signature-overview'])('%s is the token', (name) => {
    expect(readRefusal(...recorded(name))).toEqual({ kind: 'token' })
  })
  it('401 with 4001 is a missing right, not the token', () => {
    expect(readRefusal(...recorded('190-error-other-party'))).toEqual({ kind: 'no-access', errorCode: 4001 })
  })
  it('a key that stands twice in the body is read', () => {
    expect(readRefusal(...recorded('196-error-random'))).toEqual({ kind: 'not-found', errorCode: 1001 })
  })
  it.each([['240-steps-11-confirm-again', 1041], ['242-steps-13-markasread-again', 1040]])('%s is already done', (name, errorCode) => {
    expect(readRefusal(...recorded(name))).toEqual({ kind: 'already-done', errorCode })
  })
  it('confirm before fetch is refused with its code', () => {
    expect(readRefusal(...recorded('231-steps-02-confirm-before-fetch'))).toMatchObject({ kind: 'refused', status: 400, errorCode: 1025 })
  })
  it('a validation error has a title and no code', () => {
    expect(readRefusal(...recorded('074-list-role-missing'))).toEqual({ kind: 'refused', status: 400, errorCode: null, title: 'Bad Request' })
  })
})

it.each(['<html>login</html>', '{"title":', '[]'])('a body that is no problem document keeps the status: %s', (body) => {
  expect(readRefusal(403, body)).toEqual({ kind: 'refused', status: 403, errorCode: null, title: null })
})
