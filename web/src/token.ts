/** The channel token T: what only the holder of an address can bring (PROTOCOL section 4.4). */
import { concat, lp16, u32, u8, utf8 } from "./bytes.ts";
import { CHANNELS } from "./catalogue.ts";
import { CheckError } from "./errors.ts";
import { outputOf } from "./keys.ts";
import { EVALUATION_BYTES } from "./limits.ts";
import type { Manifest } from "./manifest.ts";
import type { Obtained } from "./types.ts";
import { blind, ONE } from "./voprf.ts";

const LABEL = utf8("breachdesk/channel/v1");

/** What the channel service hashes for an address in its canonical form. */
export function tokenInput(epoch: number, { type, address }: Omit<Obtained, "evaluation">): Uint8Array {
  return concat(LABEL, u32(epoch), u8(CHANNELS.indexOf(type) + 1), lp16(utf8(address)));
}

/**
 * T, 64 bytes, from the channel service's 96: a blind evaluation with blind 1.
 *
 * Throws CheckError: proof unless it holds under the manifest's channel key, element, or channel for
 * another length.
 */
export function channelToken({ epoch, keys: { channel } }: Manifest, obtained: Obtained): Uint8Array {
  if (!channel) throw new CheckError("script");
  if (obtained.evaluation.length !== EVALUATION_BYTES) throw new CheckError("channel");
  const input = tokenInput(epoch, obtained);
  return outputOf(input, blind(input, ONE), [obtained.evaluation], channel);
}
