/** What stands upon the sign before it: combining marks, and the vowels AM of Thai and Lao, which are drawn as a mark and a letter. */
const stackEnd = /([\p{M}\u0e33\u0eb3]{4})[\p{M}\u0e33\u0eb3]+/gu

/** The text with at most four marks upon one another: a browser draws a hundred thousand of them for minutes. */
export const lowerStacks = (text: string): string => text.replace(stackEnd, '$1')
