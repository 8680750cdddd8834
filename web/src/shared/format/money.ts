/** Money is a decimal string from end to end; nothing here becomes a floating-point number. */

const plain = /^(-?)(\d+)(?:\.(\d{1,2}))?$/

/** `2769.5` → `2,769.50`. A string that is not an amount is returned as it came. */
export function grouped(amount: string): string {
  const match = plain.exec(amount.trim())
  if (!match) return amount
  const [, sign = '', whole = '0', cents = ''] = match
  return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents.padEnd(2, '0')}`
}

/** What a person typed (`￥1，234.5 元`, `１２３４`) as an amount (`1234.50`), or null when it is none. */
export function typedAmount(typed: string): string | null {
  const narrow = typed
    .replace(/[０-９．，]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/[¥￥元,\s]/g, '')
    .replace(/。$/, '')
  const match = plain.exec(narrow)
  if (!match || match[1]) return null
  return `${match[2]!.replace(/^0+(?=\d)/, '')}.${(match[3] ?? '').padEnd(2, '0')}`
}
