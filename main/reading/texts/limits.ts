/**
 * What reading the text of one file may take (security.md 24). A file that is over one of the first three is read up to
 * there and marked as cut; the others end it with a reason.
 */
export const textLimits = {
  /** Pages of a PDF that are read. */
  pages: 2000,
  /** UTF-16 units that are kept of a file: some 400 pages full of writing. */
  characters: 1_000_000,
  /** ms after which a document is not begun on another page. */
  pagesMs: 20_000,
  /** Bytes of XML, HTML and plain text that are looked at: what is behind them could not be kept anyway. */
  textBytes: 8 * 1024 * 1024,
  /** A PDF is read whole or not at all, because its directory stands at its end. */
  pdfBytes: 64 * 1024 * 1024,
  /** ms for a file, all in all; then the process is ended by force. */
  fileMs: 30_000,
  /** Limit of the process's heap. */
  heapMb: 384,
  /** The largest piece of memory outside of that heap: a few kilobytes of a PDF may unpack to gigabytes. */
  bufferBytes: 32 * 1024 * 1024,
  /** Failures of one file before it is not tried again. */
  failures: 2,
  /** A process that has had nothing to do for so long, ms, is ended. */
  idleMs: 10_000,
} as const
