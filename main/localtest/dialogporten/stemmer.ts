/**
 * The Norwegian stemmer of Snowball (snowballstem.org/algorithms/norwegian), which the service's database uses for bokmål
 * and nynorsk. Of English only the commonest endings are cut, of other languages none: recordings say nothing of them.
 */

const vowel = /[aeêioòóôuyæåø]/
const consonant = /[^aeêioòóôuyæåø]/
const plainEndings = ['hetenes', 'hetene', 'hetens', 'endes', 'heten', 'heter', 'edes', 'enes', 'ande', 'ende', 'ede', 'ane', 'ene', 'ens', 'ers', 'ets', 'het', 'ast', 'en', 'ar', 'er', 'as', 'es', 'et', 'a', 'e']
const derivational = ['hetslov', 'eleg', 'elig', 'elov', 'slov', 'leg', 'eig', 'lig', 'els', 'lov', 'ig']

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))
const norwegianStops = words(
  'og i jeg det at en et den til er som på de med han av ikke ikkje der så var meg seg men ett har om vi min mitt ha hadde hun nå over da ved fra du ut sin dem oss opp man kan hans hvor eller hva skal selv sjøl her alle vil bli ble blei blitt kunne inn når være kom noen noe ville dere som deres kun ja etter ned skulle denne for deg si sine sitt mot å meget hvorfor dette disse uten hvordan ingen din ditt blir samme hvilken hvilke sånn inni mellom vår hver hvem vors hvis både bare enn fordi før mange også slik vært være båe begge siden dykk dykkar dei deira deires deim di då eg ein eit eitt elles honom hjå ho hoe henne hennar hennes hoss hossen ikkje ingi inkje korleis korso kva kvar kvarhelst kven kvi kvifor me medan mi mine mykje no nokon noka nokor noko nokre si sia sidan so somt somme um upp vere vore verte vort varte vart',
)
const englishStops = words('i me my we our you your he him his she her it its they them their this that these those am is are was were be been have has had do does did a an the and but if or because as until while of at by for with about between into through to from in out on off over under again then once here there when where why how all any both each few more most other some such no nor not only own same so than too very s t can will just don should now')

const isNorwegian = (language: string): boolean => language === 'nb' || language === 'nn'

export function stopWords(language: string): ReadonlySet<string> {
  return isNorwegian(language) ? norwegianStops : language === 'en' ? englishStops : new Set()
}

/** Where the region begins in which endings are cut: after the first consonant behind a vowel, but never within the first three letters. */
function regionOf(word: string): number {
  const first = word.search(vowel)
  const behind = first === -1 ? -1 : word.slice(first).search(consonant)
  return behind === -1 ? word.length : Math.max(3, first + behind + 1)
}

function norwegian(word: string): string {
  const region = regionOf(word)
  const ends = (text: string, ending: string): boolean => text.endsWith(ending) && text.length - ending.length >= region
  let text = word
  const verb = ['erte', 'ert'].find((ending) => ends(text, ending))
  const plain = plainEndings.find((ending) => ends(text, ending))
  if (verb !== undefined && verb.length > (plain?.length ?? 0)) text = `${text.slice(0, -verb.length)}er`
  else if (plain !== undefined) text = text.slice(0, -plain.length)
  else if (ends(text, 's') && /(?:[bcdfghjlmnoprtvyz]|[^aeêioòóôuyæåø]k)s$/.test(text)) text = text.slice(0, -1)
  if (ends(text, 'dt') || ends(text, 'vt')) text = text.slice(0, -1)
  const last = derivational.find((ending) => ends(text, ending))
  return last === undefined ? text : text.slice(0, -last.length)
}

const english = (word: string): string => word.replace(/(?:ations?|ings?|ed|es|s|e)$/, (ending, at: number) => (at >= 3 ? '' : ending))

export function stem(word: string, language: string): string {
  return isNorwegian(language) ? norwegian(word) : language === 'en' ? english(word) : word
}
