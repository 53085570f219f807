/** Namespaces that InfoPath's views call functions of. */
export const infopath = {
  formatting: 'http://schemas.microsoft.com/office/infopath/2003/xslt/formatting',
  document: 'http://schemas.microsoft.com/office/infopath/2003/xslt/xDocument',
  math: 'http://schemas.microsoft.com/office/infopath/2003/xslt/Math',
  date: 'http://schemas.microsoft.com/office/infopath/2003/xslt/Date',
  image: 'http://schemas.microsoft.com/office/infopath/2003/xslt/xImage',
  user: 'http://schemas.microsoft.com/office/infopath/2006/xslt/User',
  environment: 'http://schemas.microsoft.com/office/infopath/2006/xslt/environment',
  application: 'http://schemas.microsoft.com/office/infopath/2006/XPathExtension/ipApp',
  msxsl: 'urn:schemas-microsoft-com:xslt',
} as const
export type InfopathSpace = keyof typeof infopath

/** A function written in XSLT; `<x:` stands for the stylesheet's language, `<f:` for EXSLT's functions, `n:` for our own. */
export interface XsltFunction {
  readonly space: InfopathSpace | 'own'
  readonly name: string
  readonly params: readonly string[]
  readonly body: string
}

const quote = "'"
const own = (name: string, params: readonly string[], body: string): XsltFunction => ({ space: 'own', name, params, body })
const result = (select: string): string => `<f:result select="${select}"/>`
const when = (cases: readonly (readonly [string, string])[], otherwise: string): string =>
  `<x:choose>${cases.map(([test, body]) => `<x:when test="${test}">${body}</x:when>`).join('')}<x:otherwise>${otherwise}</x:otherwise></x:choose>`
const variable = (name: string, select: string): string => `<x:variable name="${name}" select="${select}"/>`

const months = 'januar februar mars april mai juni juli august september oktober november desember'
const shortMonths = 'jan. feb. mars apr. mai juni juli aug. sep. okt. nov. des.'
const days = 'søndag mandag tirsdag onsdag torsdag fredag lørdag'
const shortDays = 'søn. man. tir. ons. tor. fre. lør.'

/** Symbols by the number Windows gives a country's language; any other shows the amount without one, which is never wrong. */
const currencies = [['1044', 'kr'], ['2068', 'kr'], ['1053', 'SEK'], ['1030', 'DKK'], ['1033', '$'], ['2057', '£'], ['1031', '€'], ['1035', '€'], ['1036', '€'], ['1040', '€'], ['1043', '€'], ['3082', '€']] as const

/** What the functions below are made of. */
export const helpers: readonly XsltFunction[] = [
  // The value of `key:` in "a:1;b:2;"; a pattern of time may hold colons itself.
  own('option', ['options', 'key'], `${variable('o', "concat(';', $options, ';')")}${variable('k', "concat(';', $key, ':')")}${result("substring-before(substring-after($o, $k), ';')")}`),
  own('word', ['list', 'n'], when([['$n &lt;= 1', result("substring-before(concat($list, ' '), ' ')")]], result("n:word(substring-after($list, ' '), $n - 1)"))),
  own('run', ['p', 'c'], when([['$p != \'\' and substring($p, 1, 1) = $c', result('1 + n:run(substring($p, 2), $c)')]], result('0'))),
  own('zeros', ['n'], result("substring('00000000000000000000', 1, $n)")),
  own('pad', ['v'], when([['string-length($v) &lt; 2', result("concat('0', $v)")]], result('$v'))),
  // Digits in groups of three, as text: no amount is too large for it.
  own('group', ['s'], when([['string-length($s) &gt; 3', result("concat(n:group(substring($s, 1, string-length($s) - 3)), '\u00a0', substring($s, string-length($s) - 2))")]], result('$s'))),
  own('is-number', ['v'], `${variable('r', "concat(translate(substring($v, 1, 1), '-+', ''), substring($v, 2))")}${result("translate($r, '0123456789.', '') = '' and translate($r, '.', '') != '' and string-length($r) - string-length(translate($r, '.', '')) &lt;= 1")}`),
  own('is-date', ['v'], result("translate(substring($v, 1, 10), '0123456789', 'dddddddddd') = 'dddd-dd-dd' and substring($v, 6, 2) &gt;= 1 and substring($v, 6, 2) &lt;= 12 and substring($v, 9, 2) &gt;= 1 and substring($v, 9, 2) &lt;= 31 and translate(substring($v, 11, 1), 'TZ+- ', '') = ''")),
  own('is-time', ['v'], result("translate(substring($v, 1, 5), '0123456789', 'dddddddddd') = 'dd:dd' and substring($v, 1, 2) &lt;= 24 and substring($v, 4, 2) &lt;= 59")),
  // A number as Norwegian writes it: 1 234 567,50. `digits` is a number or auto.
  own('number', ['v', 'digits', 'grouping', 'leading', 'order'],
    `${variable('negative', "starts-with($v, '-')")}${variable('a', "translate($v, '-+', '')")}${variable('given', "substring-after($a, '.')")}` +
    // Rounded half up, digit by digit: as floating point, two engines give two results.
    variable('kept', "concat(substring-before(concat($a, '.'), '.'), substring($given, 1, $digits))") +
    `<x:variable name="up">${when([["substring($given, $digits + 1, 1) &gt;= 5", '<x:value-of select="n:increment($kept)"/>']], '<x:value-of select="$kept"/>')}</x:variable>` +
    variable('rounded', "concat(substring($up, 1, string-length($up) - $digits), '.', substring($up, string-length($up) - $digits + 1))") +
    `<x:variable name="exact">${when([["$digits = 'auto' or $digits = '' or string-length($given) &lt;= $digits", '<x:value-of select="$a"/>']], '<x:value-of select="$rounded"/>')}</x:variable>` +
    variable('whole0', "substring-before(concat($exact, '.'), '.')") +
    `<x:variable name="whole">${when([["translate($whole0, '0', '') = ''", "<x:if test=\"$leading != '0'\">0</x:if>"]], '<x:value-of select="n:strip($whole0)"/>')}</x:variable>` +
    variable('after', "substring-after($exact, '.')") +
    `<x:variable name="fraction">${when([["$digits = 'auto' or $digits = ''", '<x:value-of select="$after"/>']], "<x:value-of select=\"concat($after, n:zeros($digits - string-length($after)))\"/>")}</x:variable>` +
    `<x:variable name="grouped">${when([["$grouping = '0'", '<x:value-of select="$whole"/>']], '<x:value-of select="n:group($whole)"/>')}</x:variable>` +
    variable('s', "concat($grouped, substring(',', 1, ($fraction != '') * 1), $fraction)") +
    when([
      ["not($negative) or translate($s, '0,\u00a0', '') = ''", result('$s')],
      ["$order = '0'", result("concat('(', $s, ')')")],
      ["$order = '2'", result("concat('- ', $s)")],
      ["$order = '3'", result("concat($s, '-')")],
      ["$order = '4'", result("concat($s, ' -')")],
    ], result("concat('-', $s)"))),
  own('increment', ['s'], when([[`$s = ''`, result("'1'")], ["substring($s, string-length($s)) = '9'", result("concat(n:increment(substring($s, 1, string-length($s) - 1)), '0')")]], result("concat(substring($s, 1, string-length($s) - 1), substring($s, string-length($s)) + 1)"))),
  own('strip', ['s'], when([["starts-with($s, '0') and string-length($s) &gt; 1", result('n:strip(substring($s, 2))')]], result('$s'))),
  // A pattern of date or time, letter by letter; $v is yyyy-mm-ddThh:mm:ss.
  own('pattern', ['p', 'v', 'h24'],
    `${variable('c', 'substring($p, 1, 1)')}${variable('n', 'n:run($p, $c)')}${variable('rest', 'substring($p, $n + 1)')}` +
    `<x:variable name="t">${when([
      ["$c = 'd' and $n = 1", '<x:value-of select="number(substring($v, 9, 2))"/>'],
      ["$c = 'd' and $n = 2", '<x:value-of select="substring($v, 9, 2)"/>'],
      ["$c = 'd' and $n = 3", `<x:value-of select="n:word('${shortDays}', d:day-in-week(substring($v, 1, 10)))"/>`],
      ["$c = 'd'", `<x:value-of select="n:word('${days}', d:day-in-week(substring($v, 1, 10)))"/>`],
      ["$c = 'M' and $n = 1", '<x:value-of select="number(substring($v, 6, 2))"/>'],
      ["$c = 'M' and $n = 2", '<x:value-of select="substring($v, 6, 2)"/>'],
      ["$c = 'M' and $n = 3", `<x:value-of select="n:word('${shortMonths}', number(substring($v, 6, 2)))"/>`],
      ["$c = 'M'", `<x:value-of select="n:word('${months}', number(substring($v, 6, 2)))"/>`],
      ["$c = 'y' and $n &lt;= 2", '<x:value-of select="substring($v, 3, 2)"/>'],
      ["$c = 'y'", '<x:value-of select="substring($v, 1, 4)"/>'],
      ["($c = 'H' or $c = 'h') and $n = 1", '<x:value-of select="number(substring($v, 12, 2))"/>'],
      ["$c = 'H' or $c = 'h'", '<x:value-of select="substring($v, 12, 2)"/>'],
      ["$c = 'm' and $n = 1", '<x:value-of select="number(substring($v, 15, 2))"/>'],
      ["$c = 'm'", '<x:value-of select="substring($v, 15, 2)"/>'],
      ["$c = 's' and $n = 1", '<x:value-of select="number(substring($v, 18, 2))"/>'],
      ["$c = 's'", '<x:value-of select="substring($v, 18, 2)"/>'],
      // Norwegian has no half days: the hour is the one of 24, and nothing is said of a.m. and p.m.
      ["$c = 't'", ''],
    ], '<x:value-of select="substring($p, 1, $n)"/>')}</x:variable>` +
    when([
      ["$p = ''", result(`''`)],
      ["$c = $n:apostrophe", result('concat(substring-before(substring($p, 2), $n:apostrophe), n:pattern(substring-after(substring($p, 2), $n:apostrophe), $v))')],
    ], result('concat($t, n:pattern($rest, $v))'))),
  own('date', ['v', 'format'],
    `<x:variable name="p">${when([
      ["$format = '' or $format = 'Short Date'", 'dd.MM.yyyy'],
      ["$format = 'Long Date'", 'd. MMMM yyyy'],
      ["$format = 'Year Month'", 'MMMM yyyy'],
    ], '<x:value-of select="$format"/>')}</x:variable>${result('n:pattern(string($p), $v)')}`),
  own('time', ['v', 'format', 'noSeconds'],
    `<x:variable name="p">${when([["$format = '' and $noSeconds = '1'", 'HH:mm'], ["$format = ''", 'HH:mm:ss']], '<x:value-of select="$format"/>')}</x:variable>${result("normalize-space(n:pattern(string($p), $v))")}`),
  // hh:mm:ss of what may lack seconds, or have fractions and a zone.
  own('clock', ['v'], result("concat(substring($v, 1, 5), ':', substring(concat(substring($v, 7, 2 * (substring($v, 6, 1) = ':')), '00'), 1, 2))")),
  own('escape', ['v'], result("s:replace(s:replace(s:replace($v, '&amp;', '&amp;amp;'), '&lt;', '&amp;lt;'), '&gt;', '&amp;gt;')")),
  own('currency', ['locale'], when(currencies.map(([locale, symbol]) => [`$locale = '${locale}'`, result(`'${symbol}'`)] as const), when([["$locale = ''", result("'kr'")]], result(`''`)))),
]

const formatString = `${variable('v', 'string($value)')}${variable('trimmed', 'normalize-space($v)')}${variable('kind', "translate($type, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')")}` +
  `${variable('digits', "n:option($options, 'numDigits')")}${variable('grouping', "n:option($options, 'grouping')")}${variable('leading', "n:option($options, 'leadingZero')")}${variable('order', "n:option($options, 'negativeOrder')")}` +
  when([
    ["$trimmed = ''", result(`''`)],
    ["$kind = 'string' and contains($options, 'plainMultiline')", result("s:replace(s:replace(s:replace(n:escape(s:replace($v, '&#13;', '')), '&#10;', '&lt;br/&gt;'), '&#9;', '&#160;&#160;&#160;&#160;'), '  ', '&#160; ')")],
    ["$kind = 'number' and n:is-number($trimmed)", result('n:number($trimmed, $digits, $grouping, $leading, $order)')],
    ["$kind = 'currency' and n:is-number($trimmed)",
      `<x:variable name="places">${when([["$digits = ''", '2']], '<x:value-of select="$digits"/>')}</x:variable>${variable('symbol', "n:currency(n:option($options, 'currencyLocale'))")}${variable('amount', 'n:number($trimmed, string($places), $grouping, $leading, $order)')}` +
      result("concat($symbol, substring('\u00a0', 1, ($symbol != '') * 1), $amount)")],
    ["$kind = 'percentage' and n:is-number($trimmed)",
      `<x:variable name="hundred">${when([["contains($trimmed, '.')", '<x:value-of select="format-number(number(translate($trimmed, \'+\', \'\')) * 100, \'0.##########\', \'n:plain\')"/>']], '<x:value-of select="concat($trimmed, \'00\')"/>')}</x:variable>` +
      result("concat(n:number(string($hundred), $digits, $grouping, $leading, $order), '\u00a0%')")],
    ["$kind = 'date' and n:is-date($trimmed)", result("n:date(concat(substring($trimmed, 1, 10), 'T00:00:00'), n:option($options, 'dateFormat'))")],
    ["$kind = 'time' and n:is-time($trimmed)", result("n:time(concat('2000-01-01T', n:clock($trimmed)), n:option($options, 'timeFormat'), n:option($options, 'noSeconds'))")],
    ["$kind = 'time' and n:is-date($trimmed) and n:is-time(substring($trimmed, 12))", result("n:time(concat(substring($trimmed, 1, 10), 'T', n:clock(substring($trimmed, 12))), n:option($options, 'timeFormat'), n:option($options, 'noSeconds'))")],
    ["$kind = 'datetime' and n:is-date($trimmed)",
      variable('hasTime', "n:is-time(substring($trimmed, 12)) and n:option($options, 'timeFormat') != 'none'") +
      variable('clock', "substring(concat(n:clock(substring($trimmed, 12)), '00:00:00'), 1, 8)") +
      `<x:variable name="at">${when([['n:is-time(substring($trimmed, 12))', '<x:value-of select="concat(substring($trimmed, 1, 10), \'T\', $clock)"/>']], '<x:value-of select="concat(substring($trimmed, 1, 10), \'T00:00:00\')"/>')}</x:variable>` +
      `<x:variable name="day"><x:if test="n:option($options, 'dateFormat') != 'none'"><x:value-of select="n:date(string($at), n:option($options, 'dateFormat'))"/></x:if></x:variable>` +
      `<x:variable name="hour"><x:if test="$hasTime"><x:value-of select="n:time(string($at), n:option($options, 'timeFormat'), n:option($options, 'noSeconds'))"/></x:if></x:variable>` +
      result("normalize-space(concat($day, ' ', $hour))")],
    ["$kind = 'datetime' and n:is-time($trimmed)", result("n:time(concat('2000-01-01T', n:clock($trimmed)), translate(n:option($options, 'timeFormat'), 'none', ''), n:option($options, 'noSeconds'))")],
  ], result('$v'))

/** Values of a set of nodes; a string or number stands for itself. */
const numbers = `<x:variable name="all">${when([["e:object-type($nodes) = 'node-set'", '<x:for-each select="$nodes"><x:if test="number(.) = number(.)"><v><x:value-of select="number(.)"/></v></x:if></x:for-each>']], '<v><x:value-of select="number($nodes)"/></v>')}</x:variable>${variable('values', 'e:node-set($all)/v')}`
const isoNow = "substring(d:date-time(), 1, 19)"
const compare = `<x:variable name="two"><v>a<x:value-of select="$a"/></v><v>b<x:value-of select="$b"/></v></x:variable><x:variable name="first"><x:for-each select="e:node-set($two)/v"><x:sort select="substring(., 2)"/><x:if test="position() = 1"><x:value-of select="substring(., 1, 1)"/></x:if></x:for-each></x:variable>` +
  when([['string($a) = string($b)', result('0')], ["$first = 'a'", result('-1')]], result('1'))
const image = `${variable('b', "translate(string($value), ' &#9;&#10;&#13;', '')")}${when([
  ["starts-with($b, 'iVBORw0KGgo')", result("concat('data:image/png;base64,', $b)")],
  ["starts-with($b, '/9j/')", result("concat('data:image/jpeg;base64,', $b)")],
  ["starts-with($b, 'R0lGOD')", result("concat('data:image/gif;base64,', $b)")],
  ["starts-with($b, 'Qk')", result("concat('data:image/bmp;base64,', $b)")],
  // A file with InfoPath's header in front: not for an image, but the name in it is shown.
  ["starts-with($b, 'x0lGQRQAAAA')", result("concat('attachment:', $b)")],
], result(`''`))}`

/**
 * The functions that views of forms call (xml-forms.md 6). `GetMajorVersion` is left out on purpose: a view that gets 12
 * or more leaves its lists to a program that is not here.
 * @param dom body of `GetDOM`, which depends on the template
 */
export const functions = (dom: string): readonly XsltFunction[] => [
  { space: 'formatting', name: 'formatString', params: ['value', 'type', 'options'], body: formatString },
  { space: 'document', name: 'GetDOM', params: ['name'], body: dom },
  { space: 'document', name: 'get-DOM', params: [], body: result('$n:main') },
  { space: 'document', name: 'GetNamedNodeProperty', params: ['node', 'property', 'value'], body: result('$value') },
  { space: 'document', name: 'get-Role', params: [], body: result(`''`) },
  // Blanks are 0; also as a set of nodes, because sums are taken of it.
  { space: 'math', name: 'Nz', params: ['nodes'], body: `<x:variable name="all">${when([["e:object-type($nodes) = 'node-set' and $nodes", "<x:for-each select=\"$nodes\"><v><x:choose><x:when test=\"normalize-space(.) = ''\">0</x:when><x:otherwise><x:value-of select=\"normalize-space(.)\"/></x:otherwise></x:choose></v></x:for-each>"], ["normalize-space(string($nodes)) = ''", '<v>0</v>']], '<v><x:value-of select="$nodes"/></v>')}</x:variable>${result('e:node-set($all)/v')}` },
  { space: 'math', name: 'Avg', params: ['nodes'], body: `${numbers}${when([['$values', result('sum($values) div count($values)')]], result(`''`))}` },
  { space: 'math', name: 'Min', params: ['nodes'], body: `${numbers}${when([['$values', result('m:min($values)')]], result(`''`))}` },
  { space: 'math', name: 'Max', params: ['nodes'], body: `${numbers}${when([['$values', result('m:max($values)')]], result(`''`))}` },
  { space: 'date', name: 'Today', params: [], body: result(`substring(${isoNow}, 1, 10)`) },
  { space: 'date', name: 'Now', params: [], body: result(isoNow) },
  { space: 'date', name: 'AddDays', params: ['at', 'days'], body: when([['number($days) = number($days) and n:is-date(string($at))', result("d:add(string($at), concat(substring('-', 1, ($days &lt; 0) * 1), 'P', translate(string(floor($days)), '-', ''), 'D'))")]], result('string($at)')) },
  { space: 'date', name: 'AddSeconds', params: ['at', 'seconds'], body: when([['number($seconds) = number($seconds) and n:is-date(string($at))', result("d:add(string($at), concat(substring('-', 1, ($seconds &lt; 0) * 1), 'PT', translate(string(floor($seconds)), '-', ''), 'S'))")]], result('string($at)')) },
  { space: 'image', name: 'getImageUrl', params: ['value'], body: image },
  { space: 'user', name: 'get-UserName', params: [], body: result(`''`) },
  { space: 'environment', name: 'IsBrowser', params: [], body: result('true()') },
  { space: 'environment', name: 'IsMobile', params: [], body: result('false()') },
  { space: 'msxsl', name: 'node-set', params: ['value'], body: when([["e:object-type($value) = 'RTF' or e:object-type($value) = 'node-set'", result('e:node-set($value)')]], `<x:variable name="tree"><x:value-of select="$value"/></x:variable>${result('e:node-set($tree)/text()')}`) },
  { space: 'msxsl', name: 'string-compare', params: ['a', 'b'], body: compare },
  { space: 'msxsl', name: 'format-date', params: ['value', 'pattern'], body: when([['n:is-date(string($value))', result("n:date(concat(substring($value, 1, 10), 'T00:00:00'), string($pattern))")]], result('string($value)')) },
  { space: 'msxsl', name: 'format-time', params: ['value', 'pattern'], body: when([['n:is-date(string($value)) and n:is-time(substring($value, 12))', result("n:time(concat(substring($value, 1, 10), 'T', n:clock(substring($value, 12))), string($pattern), '')")], ['n:is-time(string($value))', result("n:time(concat('2000-01-01T', n:clock(string($value))), string($pattern), '')")]], result('string($value)')) },
]

/** Global values the functions use. */
export const globals = `<x:variable name="n:apostrophe">${quote}</x:variable><x:variable name="n:main" select="/"/><x:decimal-format name="n:plain"/>`
