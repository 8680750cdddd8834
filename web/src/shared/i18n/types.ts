/** A sentence that the server sends in both languages. */
export interface Bilingual {
  zh: string
  en: string
}

/** The same tree of keys with other words. */
export type Messages<T> = { [K in keyof T]: T[K] extends string ? string : Messages<T[K]> }

export type MessageTree = { [key: string]: string | MessageTree }

