/**
 * Finds words in the text pieces of a page, however they are cut and spaced; case does not matter.
 * Answers, for each match in reading order, the indices of the pieces that it touches.
 */
export function matchesIn(pieces: readonly string[], words: string): number[][] {
  const wanted = bare(words)
  if (!wanted) return []
  const owner: number[] = []
  let whole = ''
  pieces.forEach((piece, index) => {
    const text = bare(piece)
    whole += text
    for (let count = 0; count < text.length; count++) owner.push(index)
  })
  const found: number[][] = []
  for (let at = whole.indexOf(wanted); at >= 0; at = whole.indexOf(wanted, at + wanted.length)) {
    found.push([...new Set(owner.slice(at, at + wanted.length))])
  }
  return found
}

function bare(text: string): string {
  return text.replace(/\s+/g, '').toLowerCase()
}
