import { deflateRawSync, inflateRawSync } from 'node:zlib'

/**
 * Texts of mail.db, packed: originals and bodies are most of the file, and their keys and words repeat from row to row.
 *
 *   form u8 | bytes      form 0: UTF-8 as it is; form 1: deflate (RFC 1951) with the dictionary below
 *
 * A dictionary never changes once rows were packed with it; a better one is a new form.
 */
const plain = 0
const deflated = 1

/** What the services' answers and Norwegian letters are full of; the most common last, where deflate finds it cheapest. */
const dictionary = Buffer.from(
  [
    'ikke har blitt dette eller hvis skal kan må for på som til ved fra med om av og det den er deg du dere vi oss frist innen dager dato vedtak søknad svar krav betaling kommune virksomhet organisasjonsnummer saksnummer ',
    '**Hei** ## Les mer Med vennlig hilsen Vi viser til Du kan klage på vedtaket innen tre uker <p></p><br /><b></b><strong></strong><table><tr><td></td></tr></table><ul><li></li></ul><a href="https://www.',
    '"actorType":"PartyRepresentative","actorName":"","actorId":"urn:altinn:person:identifier-ephemeral:","isViaServiceOwner":false,"isCurrentEndUser":true,"latestActivity":{"id":"","createdAt":"","type":"CorrespondenceOpened","performedBy":{},"description":[]},',
    '"id":"019","org":"skd","serviceResource":"urn:altinn:resource:","serviceResourceType":"correspondenceservice","party":"urn:altinn:organization:identifier-no:3","guiAttachmentCount":1,"externalReference":"","createdAt":"2026-","updatedAt":"2026-","contentUpdatedAt":"2026-","dueAt":"2026-","status":"RequiresAttention","status":"NotApplicable","hasUnopenedContent":true,"systemLabel":"Default","isApiOnly":false,"fromServiceOwnerTransmissionsCount":0,"fromPartyTransmissionsCount":0,"seenSinceLastUpdate":[],"seenSinceLastContentUpdate":[],"isContentSeen":false,"endUserContext":{"revision":"","systemLabels":["Default"]},"content":{"title":{"value":[{"value":"","languageCode":"nb"}],"mediaType":"text/plain"},"summary":{"value":[{"value":"","languageCode":"nb"}],"mediaType":"text/plain"},"senderName":{"value":[{"value":"","languageCode":"nb"}],"mediaType":"text/plain"}}}',
    '{"recipient":"urn:altinn:organization:identifier-no:3","correspondenceId":"019","content":{"attachments":[{"created":"2026-","dataLocationType":"AltinnCorrespondenceAttachment","status":"Published","statusText":"Published","statusChanged":"2026-T00:00:00+00:00","dataType":"application/pdf","expirationTime":null,"id":"","fileName":".pdf","displayName":null,"isEncrypted":false,"checksum":"","sendersReference":"","expirationInDays":null}],"language":"nb","messageTitle":"","messageSummary":"","messageBody":""},"created":"2026-","status":"Read","statusText":"Read","statusChanged":"2026-","notifications":[],"altinn2CorrespondenceId":null,"published":"2026-","read":null,"resourceId":"","sender":"urn:altinn:organization:identifier-no:","sendersReference":"","messageSender":"","requestedPublishTime":"2026-","dueDateTime":null,"externalReferences":[{"referenceValue":"019","referenceType":"DialogportenDialogId"}],"propertyList":{},"replyOptions":[{"linkURL":"https://","linkText":""}],"notification":null,"ignoreReservation":false,"isConfirmationNeeded":false,"isConfidential":false,"allowForwarding":false,"statusHistory":[{"status":"Fetched","statusText":"Fetched","statusChanged":"2026-T00:00:00.+00:00"}],"systemLabel":"Default"}',
  ].join(''),
)

/** Short texts gain nothing. */
const shortest = 120

/** Packs a text. Lone surrogates do not survive, as in every UTF-8 text. */
export function pack(text: string): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.length >= shortest) {
    // A smaller table than usual: preparing it is a third of the work for texts of a few kilobytes, and they become no larger.
    const small = deflateRawSync(bytes, { level: 3, memLevel: 7, dictionary })
    if (small.length < bytes.length) return Buffer.concat([Buffer.of(deflated), small])
  }
  return Buffer.concat([Buffer.of(plain), bytes])
}

/** The text that was packed. @throws {RangeError} for a form this program does not know. */
export function unpack(packed: Uint8Array): string {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset + 1, packed.byteLength - 1)
  switch (packed[0]) {
    case plain:
      return bytes.toString('utf8')
    case deflated:
      return inflateRawSync(bytes, { dictionary }).toString('utf8')
    default:
      throw new RangeError('A text of mail.db is packed in a form that is not known')
  }
}
