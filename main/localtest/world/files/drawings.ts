import type { Random } from '../random.ts'
import { canvas } from './png.ts'

/** Columns side by side over grid lines, the last one set off. Values are not negative. */
export function columnChart(values: readonly number[], colour: string): Buffer {
  const sheet = canvas(960, 420, ['#ffffff', '#d9dde1', '#4c5560', colour, '#c4622d'])
  const top = Math.max(1, ...values)
  for (let line = 0; line <= 5; line += 1) sheet.fill(60, 30 + line * 68, 870, 1, 1)
  const step = 870 / values.length
  values.forEach((value, at) => {
    const height = (value / top) * 340
    sheet.fill(60 + at * step + step * 0.15, 370 - height, step * 0.7, height, at === values.length - 1 ? 4 : 3)
  })
  sheet.fill(60, 370, 870, 2, 2)
  sheet.fill(58, 30, 2, 342, 2)
  return sheet.png()
}

/** Sketch of a neighbourhood: shore, roads, houses, and one plot framed in red. */
export function siteMap(random: Random): Buffer {
  const map = canvas(1100, 800, ['#f2efe6', '#cfe0ea', '#ffffff', '#b9ad98', '#8d8577', '#c0392b', '#d8e4c8', '#6f8f5a'])
  const shore = random.int(470, 620)
  for (let x = 0; x < 1100; x += 1) map.fill(x, shore + Math.sin(x / 97) * 24 + Math.sin(x / 31) * 7, 1, 400, 1)
  for (let wood = 0; wood < 60; wood += 1) {
    const [x, y] = [random.int(0, 1080), random.int(0, 170)]
    map.fill(x, y, random.int(14, 40), random.int(12, 30), wood % 4 === 0 ? 7 : 6)
  }
  const road = random.int(240, 330)
  map.line(0, road, 1100, road + random.int(-70, 70), 20, 2)
  map.line(random.int(260, 420), 0, random.int(300, 520), shore - 20, 14, 2)
  for (let house = 0; house < 46; house += 1) {
    const [x, y] = [random.int(20, 1050), random.int(180, shore - 70)]
    map.fill(x, y, random.int(18, 46), random.int(16, 34), house % 5 === 0 ? 4 : 3)
  }
  const [x, y, width, height] = [random.int(480, 760), random.int(road + 30, road + 60), random.int(90, 140), random.int(70, 100)]
  map.fill(x + 22, y + 20, width - 44, height - 40, 4)
  map.line(x, y, x + width, y, 4, 5)
  map.line(x + width, y, x + width, y + height, 4, 5)
  map.line(x + width, y + height, x, y + height, 4, 5)
  map.line(x, y + height, x, y, 4, 5)
  // Scale bar: 50 metres.
  map.fill(60, 750, 200, 6, 4)
  map.fill(60, 742, 3, 22, 4)
  map.fill(257, 742, 3, 22, 4)
  return map.png()
}
