import { crc32, deflateSync } from 'node:zlib'

/** Simple pictures as PNG (ISO/IEC 15948): charts and sketch maps, drawn on an indexed canvas. */
export interface Canvas {
  readonly width: number
  readonly height: number
  /** Filled rectangle; parts outside are cut. `colour` is an index of the palette. */
  fill(x: number, y: number, width: number, height: number, colour: number): void
  /** Line of the given thickness between two points. */
  line(fromX: number, fromY: number, toX: number, toY: number, thickness: number, colour: number): void
  /** The finished file. */
  png(): Buffer
}

function chunk(type: string, data: Buffer): Buffer {
  const name = Buffer.from(type, 'latin1')
  const out = Buffer.alloc(12 + data.length)
  out.writeUInt32BE(data.length, 0)
  name.copy(out, 4)
  data.copy(out, 8)
  out.writeUInt32BE(crc32(Buffer.concat([name, data])), 8 + data.length)
  return out
}

/** @param palette colours as `#rrggbb`, at most 256; the first is the background */
export function canvas(width: number, height: number, palette: readonly string[]): Canvas {
  // Each line begins with its filter byte, 0 = none.
  const stride = width + 1
  const pixels = Buffer.alloc(stride * height)
  const fill = (x: number, y: number, w: number, h: number, colour: number): void => {
    const left = Math.max(0, Math.round(x))
    const right = Math.min(width, Math.round(x + w))
    for (let row = Math.max(0, Math.round(y)); row < Math.min(height, Math.round(y + h)); row += 1) {
      if (right > left) pixels.fill(colour, row * stride + 1 + left, row * stride + 1 + right)
    }
  }
  return {
    width,
    height,
    fill,
    line: (fromX, fromY, toX, toY, thickness, colour) => {
      const steps = Math.max(1, Math.ceil(Math.max(Math.abs(toX - fromX), Math.abs(toY - fromY))))
      for (let step = 0; step <= steps; step += 1) {
        const x = fromX + ((toX - fromX) * step) / steps
        const y = fromY + ((toY - fromY) * step) / steps
        fill(x - thickness / 2, y - thickness / 2, thickness, thickness, colour)
      }
    },
    png: () => {
      const header = Buffer.alloc(13)
      header.writeUInt32BE(width, 0)
      header.writeUInt32BE(height, 4)
      // 8 bits a sample, indexed colour, no interlace.
      header.set([8, 3, 0, 0, 0], 8)
      const colours = Buffer.from(palette.flatMap((colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16))))
      return Buffer.concat([
        Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
        chunk('IHDR', header),
        chunk('PLTE', colours),
        chunk('IDAT', deflateSync(pixels, { level: 9 })),
        chunk('IEND', Buffer.alloc(0)),
      ])
    },
  }
}
