declare const __MELDINGSBOKS_CONTRACT__: string | undefined

/** Hash of the contract's files, put in by the build: window and engine of one build have the same. */
export const contractVersion: string = typeof __MELDINGSBOKS_CONTRACT__ === 'string' ? __MELDINGSBOKS_CONTRACT__ : 'source'
