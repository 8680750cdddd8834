/** Storage numbers (section 5 of the format). */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const SHANGHAI = 8 * 3600 * 1000

export function numberOf(chain: string, time: number, index: number): string {
  const day = new Date(time + SHANGHAI).toISOString().slice(0, 10).replaceAll('-', '')
  const parts = ['TP1', chain.toUpperCase(), day, String(index).padStart(9, '0')]
  return [...parts, checkCharacters(parts.join(''))].join('-')
}

function checkCharacters(text: string): string {
  let total = 0
  for (const character of text) total = ((total + ALPHABET.indexOf(character)) * 36) % 1271
  const value = (((1 - 36 * total) % 1271) + 1271) % 1271
  return ALPHABET[Math.floor(value / 36)]! + ALPHABET[value % 36]!
}
