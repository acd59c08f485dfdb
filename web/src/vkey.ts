/** C2SP verifier keys (signed-note, "Verifier keys"; PROTOCOL sections 9.2 and 10). */
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, equal, utf8 } from "./bytes.ts";
import { CheckError } from "./errors.ts";
import { KEY_NAME, Strict } from "./strict.ts";

/** Ed25519 over the note. */
export const LOG_TYPE = 0x01;
/** cosignature/v1: Ed25519 over a time and the note. */
export const TIMESTAMP_TYPE = 0x04;

const FORM = /^([^+]+)\+([^+]+)\+(.+)$/s;
const STRICT = new Strict("service");

export interface VKey {
  readonly name: string;
  readonly id: Uint8Array;
  readonly public: Uint8Array;
}

/** From `<name>+<key id>+<base64>`. Throws CheckError("service") unless it is a key of this type. */
export function parseVKey(text: string, type: number): VKey {
  const [, name = "", idHex, typedBase64] = FORM.exec(text) ?? [];
  STRICT.text(name, 255, KEY_NAME);
  const id = STRICT.hex(idHex, 4);
  const typed = STRICT.base64(typedBase64);
  if (typed.length !== 33 || typed[0] !== type) STRICT.fail();
  const hash = sha256(concat(utf8(`${name}\n`), typed));
  if (!equal(hash.subarray(0, 4), id)) STRICT.fail();
  return { name, id, public: typed.subarray(1) };
}

/** Throws CheckError("signature"). */
export function verifySignature(key: VKey, signature: Uint8Array, data: Uint8Array): void {
  let holds = false;
  try {
    holds = ed25519.verify(signature, data, key.public, { zip215: false });
  } catch {
    // A signature of another length, or a key that is no point.
  }
  if (!holds) throw new CheckError("signature");
}
