/** The thread that takes other people's PDFs apart: a file of its own in the build, killed when one takes too long. */
export const exportEntries = { 'pdf-worker': 'main/export/pdf-worker.ts' } as const
