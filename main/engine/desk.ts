/** Where something is saved. */
export interface SaveTarget {
  readonly path: string
  /** The shell has made an empty file there, so that nobody else could; it goes again when nothing is saved. */
  readonly made?: boolean
}

/** What a shell does for the engine outside of the window (design.md section 2). */
export interface Desk {
  /** Opens an address in the system's own program; false when there is none that took it. */
  openOutside(address: string): Promise<boolean>
  /** Where to save a file of this name: the shell's dialog says it. null when the user cancelled. */
  saveTarget(name: string): Promise<SaveTarget | null>
  /** A folder to save several files in; `name` is what it may be called. null when the user cancelled. */
  folderTarget(name: string): Promise<{ readonly path: string } | null>
  /** Opens a copy that was made for another program in the system's own; false when there is none, or the path is none of ours. */
  openCopy(path: string): Promise<boolean>
  /** Makes a document of ours into a PDF with bookmarks, without network or scripts; null where nothing here can, or not in time. */
  printPdf(html: string): Promise<Uint8Array | null>
  /** The ways into the profile changed: what a person typed before may open it no more, and is forgotten. */
  keysChanged(): void
  /** What closing the window does. */
  readonly closing: 'goes-on' | 'stops'
  /** The page with what the senders see, of the demo's local Altinn. */
  readonly senderPage: string | null
  /** Begins the demo anew; null where there is no demo. */
  readonly resetDemo: (() => Promise<void>) | null
}

/** Without a window nothing is opened or saved. */
export const noDesk: Desk = {
  openOutside: () => Promise.resolve(false),
  saveTarget: () => Promise.resolve(null),
  folderTarget: () => Promise.resolve(null),
  openCopy: () => Promise.resolve(false),
  printPdf: () => Promise.resolve(null),
  keysChanged: () => undefined,
  closing: 'stops',
  senderPage: null,
  resetDemo: null,
}
