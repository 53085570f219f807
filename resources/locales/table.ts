/** Texts of a feature, the three languages side by side: bokmål, nynorsk, English. */
export type TextTable = Readonly<Record<string, readonly [nb: string, nn: string, en: string]>>

/** One language of several tables. */
export function column<Key extends string>(table: Readonly<Record<Key, readonly [string, string, string]>>, at: 0 | 1 | 2): Readonly<Record<Key, string>> {
  return Object.fromEntries(Object.entries<readonly [string, string, string]>(table).map(([key, texts]) => [key, texts[at]])) as Record<Key, string>
}
