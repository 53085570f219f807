/** Workers of reading: one file each in the build, killed and started anew when a letter takes too much. */
export const readingEntries = { 'reading-worker': 'main/reading/worker.ts', 'text-worker': 'main/reading/texts/text-worker.ts', 'form-worker': 'main/reading/forms/form-worker.ts' } as const
