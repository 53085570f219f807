import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isPlainText, normalised } from '../../../main/localtest/correspondence/content.ts'
import { letter, smallWorld } from '../small-world.ts'
import { Letters } from './letters.ts'

describe('a body as /content hands it out', () => {
  it.each([
    ['lists with other marks', '* en\n* to\n    * tre\n\n1) første\n2) andre', '- en\n- to\n    - tre\n\n1. første\n2. andre'],
    ['paragraphs in list items', '1. en\n\n2. to', '1. en\n\n2. to'],
    ['HTML', '<h1>Vedtak</h1><p>Hei <i>du</i>,<br>se <del>dette</del></p><hr>', '# Vedtak\n\nHei *du*,  \nse ~~dette~~\n\n* * *'],
    ['a mixture of both', '<div>\n\n**Hei**\n\n</div>', '**Hei**'],
    ['signs of the text that mean something in markdown', 'a*b a_b 1 < 2 > 0 &amp; &lt;b&gt;', 'a\\*b a\\_b 1 &lt; 2 &gt; 0 & &lt;b&gt;'],
    ['code as it is', '`a*b`\n\n```js\nif (a < b) c()\n```', '`a*b`\n\n```js\nif (a < b) c()\n```'],
    ['quotes', '> en\n>\n> to', '> en\n>\n> to'],
    ['tables, pipes in cells escaped', '<table><tr><td>A|B</td><td>C</td></tr><tr><td>1</td></tr></table>', '| A\\|B | C |\n| --- | --- |\n| 1 |  |'],
    ['addresses as links', 'Se https://a.example/b_c og post@a.example', 'Se [https://a.example/b\\_c](https://a.example/b_c) og post@a.example'],
    ['images from anywhere', '![](https://a.example/spor.png)', '![](https://a.example/spor.png)'],
    ['no scripts, styles, comments', '<style>p{}</style><script>alert(1)</script><!-- x --><p>Hei</p>', 'Hei'],
    ['unknown tags by their text', '<x-a><blink>Hei</blink></x-a>', 'Hei'],
    ['terms and definitions', 'Frist\n: 1. mai\n: for alle', '- Frist\n    - 1. mai\n    - for alle'],
    ['nothing', '', ''],
  ])('writes %s', (_, body, text) => {
    expect(normalised(body)).toBe(text)
  })

  it('adds the addresses of HTML links that it lost, also those it would not link to', () => {
    expect(normalised('<p><a href="javascript:alert(1)">Klikk</a> og <a href="https://a.example/?b=1&amp;c=2">her</a> og <a href="https://a.example/">der</a></p>')).toBe(
      'Klikk og [her](https://a.example/?b=1&c=2) og [der](https://a.example/)\njavascript:alert(1)\nhttps://a.example/?b=1&amp;c=2',
    )
  })

  it('tells plain text from what is read as something else', () => {
    expect(['Hei på deg', 'a < b & c * d', 'Se https://a.example/'].map(isPlainText)).toEqual([true, true, true])
    expect(['# Hei', '- Hei', '<b>Hei</b>', '**Hei**', '[a](https://b.example)'].map(isPlainText)).toEqual([false, false, false, false, false])
  })
})

const day = 86_400_000
const option = (n: number) => ({ linkURL: `https://svar.example/${String(n)}`, linkText: `Svar ${String(n)}` })
const world = smallWorld((at) => [
  letter(1, at - day, { body: '<p>Hei</p>' }),
  letter(2, at - day, { language: 'en', replyOptions: [1, 2, 3, 4].map(option) }),
  letter(3, at - day, { replyOptions: [1, 2, 3].map(option) }),
])
let letters: Letters
beforeEach(async () => {
  letters = await Letters.start(world)
})
afterEach(async () => {
  await letters.stop()
})

describe('asking for content', () => {
  it('is what marks as read, once; overview and details give the body as it was sent', async () => {
    expect((await letters.call('GET', '1/content')).text).toBe('Hei')
    await letters.call('GET', '1/content')
    expect(letters.altinn.state.effects.map((one) => one.kind)).toEqual(['Fetched', 'Read', 'Opened'])
    for (const path of ['1', '1/details']) expect(await letters.json(path)).toMatchObject({ content: { messageBody: '<p>Hei</p>' } })
  })

  it('after markasread tells Dialogporten, but writes no second Read', async () => {
    await letters.call('GET', '1')
    await letters.call('POST', '1/markasread')
    await letters.call('GET', '1/content')
    expect(letters.altinn.state.effects.map((one) => one.kind)).toEqual(['Fetched', 'Read', 'Opened'])
  })

  it('appends more than three reply options, as overview does and details does not, in any order', async () => {
    const bodyOf = async (path: string): Promise<string> => ((await letters.json(path))['content'] as { messageBody: string }).messageBody
    const orders = new Set<string>()
    for (let n = 0; n < 40; n += 1) {
      orders.add(await bodyOf('2'))
      letters.wait(0.001)
    }
    expect(orders.size).toBeGreaterThan(3)
    for (const body of orders) expect([...body.split('\n').slice(0, 3), ...body.split('\n').slice(3).sort()]).toEqual(['Innhold i brev 2', '', 'Reply options:', ...[1, 2, 3, 4].map((n) => `Svar ${String(n)}: https://svar.example/${String(n)}`)])
    expect(await bodyOf('2/details')).toBe('Innhold i brev 2')
    expect(await bodyOf('3')).toBe('Innhold i brev 3')
    expect((await letters.call('GET', '2/content')).text).toContain('Reply options: Svar ')
  })
})
