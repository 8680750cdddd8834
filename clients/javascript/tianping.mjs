// The evidence ledger for applications: commitments, signed deposits, verification. Node 20; sm-crypto-v2 does SM2 and SM3.
import { createHash, createPrivateKey, randomBytes, X509Certificate } from "node:crypto";
import { sm2, sm3 as sm3Hex } from "sm-crypto-v2";

const USER_ID = "1234567812345678";

export const sm3 = (bytes) => Buffer.from(sm3Hex(bytes), "hex");
const sha256 = (bytes) => createHash("sha256").update(bytes).digest();
const tagged = (tag, bytes) => Buffer.concat([Buffer.from(`${tag}\0`), bytes]);

/** Deterministic CBOR of arrays, unsigned integers, bytes, texts and null: all that the ledger's format has. */
export function encode(value) {
  if (value === null) return Buffer.from([0xf6]);
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return head(0, value);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(encode)]);
  throw new TypeError(`the ledger's format has no ${typeof value}`);
}

function head(major, number) {
  if (number < 24) return Buffer.from([(major << 5) | number]);
  for (const [code, size] of [[24, 1], [25, 2], [26, 4], [27, 8]]) {
    if (number < 2 ** (8 * size)) {
      const out = Buffer.alloc(1 + size);
      out[0] = (major << 5) | code;
      if (size === 8) out.writeBigUInt64BE(BigInt(number), 1);
      else out.writeUIntBE(number, 1, size);
      return out;
    }
  }
  throw new RangeError(String(number));
}

/** RFC 6962 root with SM3. */
function rootOf(leaves) {
  if (leaves.length === 1) return sm3(Buffer.concat([Buffer.from([0]), leaves[0]]));
  const split = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return sm3(Buffer.concat([Buffer.from([1]), rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split))]));
}

/** The key of an encrypted PKCS#8 file, and the fingerprint of its certificate. */
export function openKey(keyPem, certificatePem, passphrase) {
  const der = createPrivateKey({ key: keyPem, passphrase }).export({ type: "pkcs8", format: "der" });
  // PrivateKeyInfo of an elliptic curve: the private key is the octet string of 32 bytes in it.
  const at = der.indexOf(Buffer.from([0x02, 0x01, 0x01, 0x04, 0x20])) + 5;
  if (at < 5) throw new Error("not a key of SM2");
  const privateKey = der.subarray(at, at + 32).toString("hex");
  const sign = (message) =>
    Buffer.from(sm2.doSignature(message, privateKey, { hash: true, der: false, userId: USER_ID }), "hex");
  return { fingerprint: sm3(new X509Certificate(certificatePem).raw), sign };
}

export class Client {
  constructor(url, application, key) {
    Object.assign(this, { url: url.replace(/\/$/, ""), application, key });
  }

  /** Deposits one file. Keep `number` and `salt`; give the same `ref` and `salt` when it is tried again. */
  async deposit(content, { chain, category = chain, ref, media = "application/octet-stream", salt = randomBytes(16) }) {
    const commit = sm3(Buffer.concat([salt, sm3(content)]));
    const outside = sha256(Buffer.concat([salt, sha256(content)]));
    const item = encode([commit, content.length, media, outside, null, null]);
    const made = [category, 1, rootOf([item]), null, null];
    const body = encode([1, chain, "deposit", this.application, ref, Number.MAX_SAFE_INTEGER, made]);
    const signature = this.key.sign(tagged("tianping/transaction/1", body));
    const envelope = encode([1, body, [item], [[this.key.fingerprint, signature]]]);
    const answer = await this.send("POST", "/ledger/v1/deposits:cbor", envelope, "application/cbor");
    if (answer.state === "pending") throw new Error(`pending: ask again for ${ref}`);
    return { number: answer.deposits[0].number, salt, answer };
  }

  /** `match`, `mismatch`, `not_found`, `pending` or `chain_inconsistent`, with reasons. Only digests are sent. */
  async verify(number, content, salt) {
    const item = { number, digest: sm3(content).toString("hex"), salt: salt.toString("hex"), size: content.length };
    const body = Buffer.from(JSON.stringify({ items: [item] }));
    return (await this.send("POST", "/ledger/v1/verifications", body, "application/json")).verifications[0];
  }

  async send(method, path, body, media) {
    const time = String(Date.now());
    const nonce = randomBytes(16).toString("hex");
    const message = [method, path, time, nonce, sm3(body).toString("hex")].join("\n");
    const signature = this.key.sign(tagged("tianping/request/1", Buffer.from(message)));
    const answer = await fetch(this.url + path, {
      method,
      body,
      headers: {
        "Content-Type": media,
        "Tianping-Certificate": this.key.fingerprint.toString("hex"),
        "Tianping-Time": time,
        "Tianping-Nonce": nonce,
        "Tianping-Signature": signature.toString("base64"),
      },
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(`${answer.status} ${said.code}: ${said.detail ?? said.title}`);
    return said;
  }
}
