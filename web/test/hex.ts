/** Bytes to and from lower-case hexadecimal, as the vectors write them. */
export { bytesToHex as toHex, hexToBytes as fromHex } from "@noble/hashes/utils.js";
