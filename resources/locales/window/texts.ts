/** Texts of attachments: how far their reading has come, what has none, and where a hit is. */
export const textTexts = {
  'texts.reading': ['Leser vedlegg: {{done}} av {{total}}', 'Les vedlegg: {{done}} av {{total}}', 'Reading attachments: {{done}} of {{total}}'],
  'texts.page': ['side {{page}}', 'side {{page}}', 'page {{page}}'],
  'texts.none': ['uten søkbar tekst', 'utan søkbar tekst', 'no searchable text'],
  'texts.none.more': ['Filen ser ut til å være skannet eller er av en type uten tekst. Ordene i den blir ikke funnet i søk.', 'Fila ser ut til å vere skanna eller er av ein type utan tekst. Orda i henne blir ikkje funne i søk.', 'The file seems to be scanned or is of a kind without text. Its words are not found by search.'],
  'texts.unreadable.more': ['Teksten i filen kunne ikke leses. Ordene i den blir ikke funnet i søk.', 'Teksten i fila kunne ikkje lesast. Orda i henne blir ikkje funne i søk.', 'The text of the file could not be read. Its words are not found by search.'],
  'texts.heading': ['Søk i vedlegg', 'Søk i vedlegg', 'Search in attachments'],
  'texts.all': ['Teksten i alle vedlegg som er lagret her, blir funnet i søk.', 'Teksten i alle vedlegg som er lagra her, blir funnen i søk.', 'The text of all attachments kept here is found by search.'],
  'texts.scanned_one': ['{{number}} skannet dokument har ingen søkbar tekst.', '{{number}} skanna dokument har ingen søkbar tekst.', '{{number}} scanned document has no searchable text.'],
  'texts.scanned_other': ['{{number}} skannede dokumenter har ingen søkbar tekst.', '{{number}} skanna dokument har ingen søkbar tekst.', '{{number}} scanned documents have no searchable text.'],
  'texts.unreadable_one': ['{{number}} vedlegg er beskyttet med passord, skadet eller for stort og kunne ikke leses.', '{{number}} vedlegg er verna med passord, skadd eller for stort og kunne ikkje lesast.', '{{number}} attachment is protected by a password, damaged or too large and could not be read.'],
  'texts.unreadable_other': ['{{number}} vedlegg er beskyttet med passord, skadet eller for store og kunne ikke leses.', '{{number}} vedlegg er verna med passord, skadde eller for store og kunne ikkje lesast.', '{{number}} attachments are protected by a password, damaged or too large and could not be read.'],
} as const
