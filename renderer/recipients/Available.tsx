import type { ReactElement } from 'react'
import type { ResponseOf } from '../../preload/contract/index.ts'
import { useShared } from '../app/shared.ts'
import { organisationNumber, shown, useWords } from '../texts/words.ts'
import { AccessLink } from './AccessLink.tsx'

/** Clients that no system user was given yet, and how they come to it. */
export function Available({ available, wanted, hasAccessPage }: { readonly available: ResponseOf<'recipients.coverage'>['available']; readonly wanted: string; readonly hasAccessPage: boolean }): ReactElement {
  const { t, number, day } = useWords()
  const { now } = useShared()
  const clients = available.clients.filter(({ name, organisation }) => wanted === '' || name.toLowerCase().includes(wanted) || organisation.includes(wanted.replace(/\s/g, '')))
  const { length: count } = available.clients
  return (
    <>
      <div className="pane-note available-note">
        <p>{available.state === 'no-scope' ? t('coverage.no-scope') : t('coverage.available', { count, number: number(count) })}</p>
        {hasAccessPage && <AccessLink />}
      </div>
      {clients.length > 0 && (
        <div className="table-scroll" tabIndex={0} role="region" aria-label={t('coverage.clients')}>
          <table className="table coverage-table">
            <thead><tr><th scope="col">{t('field.recipient')}</th><th scope="col">{t('coverage.coverage')}</th><th scope="col">{t('outgoing.column.status')}</th></tr></thead>
            <tbody>
              {clients.map((one) => (
                <tr key={`${one.identity ?? ''} ${one.partyUuid}`} data-client={one.organisation}>
                  <td><b><bdi>{shown(one.name)}</bdi></b><span className="quiet">{organisationNumber(`urn:altinn:organization:identifier-no:${one.organisation}`)}</span></td>
                  <td>{t('coverage.none-held')}<span className="quiet">{t('coverage.can-be-added.more')}</span></td>
                  <td><span className="badge" data-tone="quiet">{t('coverage.can-be-added')}</span><span className="quiet">{[one.identity === null ? null : shown(one.identity), t('coverage.details.known', { when: day(one.since, now) })].filter((part) => part !== null).join(' · ')}</span></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}
