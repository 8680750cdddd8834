export type Values = Record<string, string | number>

/** A check failed. `reason` is a code with words in words.json. */
export class Fault extends Error {
  constructor(
    readonly reason: string,
    readonly values: Values = {},
  ) {
    super(reason)
  }
}

/** A check could not be made, which is no failure. */
export class NotMade extends Error {
  constructor(
    readonly reason: string,
    readonly values: Values = {},
  ) {
    super(reason)
  }
}

/** The input is neither a certificate nor a bundle. */
export class Unusable extends Error {}
