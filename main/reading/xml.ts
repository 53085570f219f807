export { label, readXml } from './forms/plain.ts'
export { decodeXml } from './forms/xml-text.ts'
