/** Checking SM2 signatures (GB/T 32918.2) with SM3, user id 1234567812345678. */
import { sm2 } from 'sm-crypto-v2'
import { bigEndian, hex } from './bytes'

const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn
const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n
export const ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n
const USER_ID = '1234567812345678'

export function isPublicKey(key: Uint8Array): boolean {
  if (key.length !== 65 || key[0] !== 4) return false
  const x = bigEndian(key.subarray(1, 33))
  const y = bigEndian(key.subarray(33))
  return x < P && y < P && (y * y - (x * x * x - 3n * x + B)) % P === 0n
}

/** Whether `r ‖ s` is a signature over the message. False for anything malformed. */
export function verify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64 || !isPublicKey(key)) return false
  const r = bigEndian(signature.subarray(0, 32))
  const s = bigEndian(signature.subarray(32))
  if (r <= 0n || r >= ORDER || s <= 0n || s >= ORDER || (r + s) % ORDER === 0n) return false
  try {
    return sm2.doVerifySignature(message, hex(signature), hex(key), { hash: true, userId: USER_ID })
  } catch {
    return false
  }
}
