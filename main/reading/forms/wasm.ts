/** What the engine of stylesheets asked the network for, and did not get. */
export const refusedAddresses: string[] = []

/** Pages of 64 KiB that WebAssembly may have: 256 MiB (xml-forms.md 5). */
const maxPages = 4096

interface MemoryDescriptor {
  readonly initial: number
  readonly maximum?: number
  readonly shared?: boolean
}
/** What the package looks up by name and Node's own types may not know. */
interface Overridable {
  Suspending: unknown
  promising: unknown
  Memory: new (descriptor: MemoryDescriptor) => object
}

const isBuffer = (value: unknown): value is { readonly buffer: ArrayBufferLike } => typeof value === 'object' && value !== null && 'buffer' in value
let memory: object | null = null

function put(at: unknown, value: number): void {
  if (isBuffer(memory) && typeof at === 'number') new DataView(memory.buffer).setInt32(at, value, true)
}

function textAt(at: unknown): string {
  if (!isBuffer(memory) || typeof at !== 'number') return ''
  const bytes = new Uint8Array(memory.buffer)
  // A copy: text decoders take no shared memory.
  return new TextDecoder().decode(bytes.slice(at, Math.min(bytes.indexOf(0, at), at + 2000)))
}

/**
 * Takes the network away from libxslt-wasm, gives its memory an end, and makes it work without an experimental switch. To
 * be called in a fresh process before the package is imported: it fetches addresses of stylesheets by itself, whatever its
 * options say, and all its ways out go through the one import that is replaced here (xml-forms.md 5 and 10.2).
 */
export function tameWebAssembly(): void {
  const wasm = WebAssembly as unknown as Overridable
  const Original = wasm.Memory
  wasm.Suspending = function suspending() {
    // fetchBytes(url, buffer, length, error): nothing, of no length, forbidden.
    return (url: unknown, buffer: unknown, length: unknown, error: unknown) => {
      refusedAddresses.push(textAt(url))
      put(buffer, 0)
      put(length, 0)
      put(error, 403)
    }
  }
  wasm.promising = (original: (...values: readonly unknown[]) => unknown) => (...values: readonly unknown[]): Promise<unknown> => new Promise((resolve) => { resolve(original(...values)) })
  wasm.Memory = function limited(descriptor: MemoryDescriptor) {
    memory = new Original({ ...descriptor, maximum: Math.min(descriptor.maximum ?? maxPages, maxPages) })
    return memory
  } as unknown as Overridable['Memory']
  const nothing = (): Promise<never> => Promise.reject(new Error('There is no network here'))
  globalThis.fetch = nothing
}
