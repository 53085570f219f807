import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5'
import { afterAll, describe, expect, it } from 'vitest'
import { bodyReader, withoutReplies } from '../../main/reading/body.ts'
import { openReading, type SafeLetter } from '../../main/reading/reading.ts'
import { allowedAttributes, allowedTags, sanitiser } from '../../main/reading/sanitise.ts'

type Node = DefaultTreeAdapterTypes.ChildNode
type Element = DefaultTreeAdapterTypes.Element

function elements(html: string): readonly Element[] {
  const found: Element[] = []
  const visit = (nodes: readonly Node[]): void => {
    for (const node of nodes) {
      if (!('tagName' in node)) continue
      found.push(node)
      visit(node.childNodes)
    }
  }
  visit(parseFragment(html).childNodes)
  return found
}

/** Everything the output is made of is on the lists, and nothing of it leads anywhere. */
function expectSafe({ html }: { readonly html: string }): void {
  const own = new Set(['role', 'tabindex', 'data-l'])
  for (const element of elements(html)) {
    expect(allowedTags).toContain(element.tagName)
    expect(element.tagName).not.toBe('a')
    for (const { name, value } of element.attrs) {
      if (own.has(name)) expect(`${element.tagName} ${name}=${value}`).toMatch(/^span (role=link|tabindex=0|data-l=\d+)$/)
      else {
        expect(allowedAttributes).toContain(name)
        expect(name).not.toBe('href')
        expect(name).not.toMatch(/^on/)
      }
      if (name === 'src') expect(value).toMatch(/^data:image\/(png|jpeg|gif|webp);base64,/)
      expect(value).not.toMatch(/url\(|expression|javascript:|@import/i)
    }
  }
  expect(html).not.toMatch(/<\/?(script|svg|math|iframe|object|form|input|link|meta|base)\b/i)
}

const hostile: readonly (readonly [string, string])[] = [
  ['script', 'Hei <script>alert(1)</script> du'],
  ['event', '<p onclick="x()" onmouseover=x()>Hei</p>'],
  ['image event', '<img src=x onerror=alert(1)>Hei'],
  ['svg', '<svg><script>alert(1)</script><a xlink:href="https://ond.no"><text>x</text></a></svg>Hei'],
  ['svg mutation', '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">Hei'],
  ['math mutation', '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">Hei'],
  ['form mutation', '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>Hei'],
  ['noscript', '<noscript><p title="</noscript><img src=x onerror=alert(1)>">Hei</noscript>Hei'],
  ['template', '<template><img src=x onerror=alert(1)></template>Hei'],
  ['srcset', '<img srcset="https://ond.no/a.png 1x">Hei'],
  ['remote image', '<img src="https://ond.no/a.png" alt="logo">Hei'],
  ['svg image', '<img src="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=">Hei'],
  ['style url', '<p style="background:url(https://ond.no/x);color:red">Hei</p>'],
  ['style import', '<style>@import "https://ond.no/x.css"; p{color:red}</style><p>Hei</p>'],
  ['style fixed', '<div style="position:fixed;top:0;left:0;z-index:9">Hei</div>'],
  ['style vh', '<div style="height:110vh;width:100vw;margin-left:-9999px;display:none">Hei</div>'],
  ['style has', '<style>body:has(p){color:red} p::before{content:"x"}</style><p>Hei</p>'],
  ['style escape', '<style>p{color:red}</style><style></style><script>1</script></style><p style="c\\6fntent:x;color:\\75rl(x)">Hei</p>'],
  ['fragment link', '<a href="#x">Hei</a>'],
  ['javascript link', '<a href="java&#x09;script:alert(1)">Hei</a> [Hei](javascript:alert(1))'],
  ['data link', '<a href="data:text/html,<script>1</script>">Hei</a>'],
  ['about link', '<a href="about:blank">Hei</a>'],
  ['area', '<map name=m><area href="https://ond.no"></map><img usemap=#m>Hei'],
  ['form', '<form action="https://ond.no"><input name=a><button>Send</button></form>Hei'],
  ['refresh', '<meta http-equiv=refresh content="0;url=https://ond.no">Hei'],
  ['base', '<base href="https://ond.no/"><a href="x">Hei</a>'],
  ['iframe', '<iframe src="https://ond.no" srcdoc="<script>1</script>"></iframe>Hei'],
  ['object', '<object data="https://ond.no"></object><embed src="https://ond.no">Hei'],
  ['custom element', '<x-y is="z" id="a" name="b">Hei</x-y>'],
  ['clobbering', '<p id="getElementById" name="body" data-l="0" role="alert" tabindex="1" aria-label="x">Hei</p>'],
  ['dialog', '<dialog open>Hei</dialog><div popover>Hei</div>'],
  ['null bytes', '<scr\0ipt>alert(1)</scr\0ipt>Hei'],
  ['dangling', 'Hei <img src="https://ond.no/?'],
  ['comment', 'Hei <!--><img src=x onerror=alert(1)>-->'],
  ['cdata', 'Hei <![CDATA[><img src=x onerror=alert(1)>]]>'],
  ['markdown html', '**Hei** <b onclick=x()>du</b>\n\n| a | b |\n|---|---|\n| <script>1</script> | 2 |\n'],
]

describe('hostile letters', () => {
  const read = bodyReader()
  const sanitise = sanitiser()

  it.each(hostile)('%s: nothing of it runs or leads anywhere, the text stays', (_name, body) => {
    const result = read(body, [])
    // What swallows the text of a letter is shown as plain text instead.
    if (_name.endsWith('mutation') && !result.ok) {
      expect(result.problem).toBe('empty')
      return
    }
    expect(result.ok).toBe(true)
    if (!result.ok) return
    expectSafe(result.letter)
    expect(result.letter.text).toContain('Hei')
    // What the browser parses out of it gives the same again.
    const bare = result.letter.html.replace(/ role="link" tabindex="0" data-l="\d+"/g, '')
    const again = sanitise(bare)
    expectSafe(again)
    expect(again.html).toBe(bare)
    expect(again.text).toBe(result.letter.text)
  })

  it('says what was left out', () => {
    const result = read('<script>1</script><img src="https://ond.no/a.png"><form><input></form><a href="javascript:1">x</a><p style="position:fixed">Hei</p><iframe></iframe>', [])
    expect(result.ok && result.letter.leftOut).toEqual(['embedded', 'form', 'image', 'link', 'script'])
  })

  it('turns links into numbers with an address that is shown, and tells when text and address disagree', () => {
    const result = read('[Skatteetaten](https://www.skatteetaten.no/a?b=1) <a href="https://ond.no/">https://skatteetaten.no</a> [post](mailto:a@b.no?cc=c@d.no&subject=Hei)', [])
    if (!result.ok) throw new Error(result.problem)
    expect(result.letter.links.map((link) => [link.address, link.textDisagrees])).toEqual([
      ['https://www.skatteetaten.no/a?b=1', false],
      ['https://ond.no/', true],
      ['mailto:a@b.no?subject=Hei', false],
    ])
    expect(result.letter.html).toContain('<span role="link" tabindex="0" data-l="1">https://skatteetaten.no</span>')
    expect(result.letter.html).not.toContain('href')
  })

  it('lets headings begin below those of the window', () => {
    const result = read('# A\n\n## B\n\n#### C', [])
    expect(result.ok && result.letter.html.replace(/\s/g, '')).toBe('<h3>A</h3><h4>B</h4><h6>C</h6>')
  })

  it('keeps the tables and fonts of old letters readable', () => {
    const result = read('<FONT face="Arial" size=2><P>Hei</P>\n\n    <table border=0 width="100%"><tr><td bgcolor="#f4f5f6" style="font-size:11pt;padding:4px">A</td></tr></table></FONT>', [])
    if (!result.ok) throw new Error(result.problem)
    expectSafe(result.letter)
    expect(result.letter.html).toContain('<td bgcolor="#f4f5f6" style="font-size:11pt;padding:4px">A</td>')
    expect(result.letter.html).not.toContain('<pre')
    expect(result.letter.ownColours).toBe(true)
  })

  it('takes away the reply options that the service appended, and nothing else', () => {
    const urls = ['https://a.no/1', 'https://a.no/2']
    const list = '\n\nSvarvalg:\nJa: https://a.no/1\n: https://a.no/2'
    expect(withoutReplies(`Brev${list}`, urls)).toBe('Brev')
    expect(withoutReplies(`Brev${list}\nNei: https://b.no`, urls)).toContain('Svarvalg')
    expect(withoutReplies(`Brev${list}\n\nMer tekst`, urls)).toContain('Svarvalg')
    expect(withoutReplies(`Brev${list}`, [])).toContain('Svarvalg')
  })
})

describe('letters that take too much', () => {
  const reading = openReading()
  afterAll(() => reading.close())
  const letter = (body: string): Promise<SafeLetter> => reading.letter(body, { replyUrls: [] })

  it.each([
    ['20 000 nested elements', '<div>'.repeat(20_001) + 'Hei', 'too-big'],
    ['deep nesting', '<div>'.repeat(250) + 'Hei', 'too-deep'],
    ['600 KB of combining marks', `Hei${'\u0301'.repeat(300_000)}`, 'too-many-marks'],
    ['30 000 vowels upon one Thai letter', `Hei \u0e01${'\u0e33'.repeat(30_000)}`, 'too-many-marks'],
    ['marks as references', `Hei Z${'&#769;'.repeat(100)}`, 'too-many-marks'],
    ['three megabytes', 'Hei '.repeat(800_000), 'too-big'],
    ['text that vanishes', '<title>x</title><x-a title="Hei"></x-a><!-- -->&#8203;<select><option></select>', 'html'],
  ])('%s become plain text with the reason', async (_name, body, problem) => {
    const shown = await letter(body)
    if (problem === 'html') {
      expect(shown.mode).toBe('html')
      return
    }
    expect(shown).toMatchObject({ mode: 'plain', problem, links: [] })
    expect(shown.html).toContain('Hei')
    expect(shown.html.length).toBeLessThan(400_000)
    expect(shown.html).not.toMatch(/\p{M}{9}/u)
  })

  it('ends a letter that takes too long, gives it up after the second time, and reads others', async () => {
    const hurried = openReading(150)
    const large = '<table>' + '<tr><td style="color:red">a</td><td>b</td></tr>'.repeat(6000) + '</table>'
    const read = (body: string): Promise<SafeLetter> => hurried.letter(body, { replyUrls: [] })
    expect(await read(large)).toMatchObject({ mode: 'plain', problem: 'too-slow' })
    // A machine that is busy may not manage a short one in that time either: another short one is asked for.
    let n = 0
    await expect.poll(async () => { n += 1; return (await read(`**Hei ${String(n)}**`)).html }, { timeout: 60_000 }).toMatch(/<p><strong>Hei \d+<\/strong><\/p>/)
    expect(await read(large)).toMatchObject({ mode: 'plain', problem: 'too-slow' })
    expect(await read(large)).toMatchObject({ mode: 'plain', problem: 'failed' })
    await hurried.close()
  }, 90_000)

  it('keeps what it has read', async () => {
    const once = await letter('# Hei')
    expect(await letter('# Hei')).toBe(once)
  })
})
