/** JSON, or null where the text is none: the words of the parser's error would show a piece of it. */
export function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
