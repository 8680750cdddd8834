/** A place on the papers of a filing in words that people read (`证据2 第3页`), and back. */
export interface Place {
  /** Position in the list of evidence; null: the complaint. */
  exhibit: number | null
  page: number | null
}

export function placeInWords({ exhibit, page }: Place): string {
  const paper = exhibit === null ? '起诉状' : `证据${exhibit + 1}`
  return page === null ? paper : `${paper} 第${page}页`
}

export function readPlace(words: string): Place | null {
  const match = /(?:(起诉状)|证据\s*(\d+))(?:\s*[，,]?\s*第\s*(\d+)\s*页)?/.exec(words)
  if (!match) return null
  return { exhibit: match[1] ? null : Number(match[2]) - 1, page: match[3] ? Number(match[3]) : null }
}
