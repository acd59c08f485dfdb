/** The service document (PROTOCOL section 10): where everything is, and under which keys. */
import { CHANNELS, type Kind } from "./catalogue.ts";
import type { LogKeys } from "./checkpoint.ts";
import { SHARES_LIMIT } from "./limits.ts";
import { KEY_NAME, Strict } from "./strict.ts";
import { LOG_TYPE, parseVKey, TIMESTAMP_TYPE } from "./vkey.ts";

export interface Evaluator {
  readonly name: string;
  readonly url: string;
  readonly public: Uint8Array;
}

/** Ways to a channel token; the last is a code from the desk. */
const WAYS = [...CHANNELS, "desk"] as const;

export interface ChannelAddress {
  readonly url: string;
  readonly channels: readonly (typeof WAYS)[number][];
}

/** Base URLs have no `/` at the end. */
export interface Service {
  readonly keys: LogKeys;
  readonly buckets: string;
  readonly channel: ChannelAddress | undefined;
  readonly evaluators: Readonly<Record<Kind, readonly Evaluator[]>>;
}

const FORMAT = "breachdesk/service/v1";
const BASE_URL = /^https?:\/\/[^\s/?#@\\]+(?:\/[^\s?#@\\]*[^\s/?#@\\])?$/;
const TIMESTAMPS_MAX = 16;
const STRICT = new Strict("service");

/** Checks a decoded document. Throws CheckError("service"). */
export function readService(value: unknown): Service {
  const top = STRICT.object(value, [
    "format",
    "origin",
    "log",
    "timestamps",
    "buckets",
    "channel",
    "evaluators",
  ]);
  if (top.format !== FORMAT) STRICT.fail();
  const origin = STRICT.text(top.origin, 255, KEY_NAME);
  const keys = readKeys(top.log, top.timestamps);
  if (keys.log.name !== origin) STRICT.fail();
  const kinds = STRICT.object(top.evaluators, ["open", "code"]);
  return {
    keys,
    buckets: STRICT.text(top.buckets, 2048, BASE_URL),
    channel: top.channel === null ? undefined : channel(top.channel),
    evaluators: { open: evaluators(kinds.open), code: evaluators(kinds.code) },
  };
}

/** The log's key and those of timestamps, from their vkeys. Throws CheckError("service"). */
export function readKeys(log: unknown, timestamps: unknown): LogKeys {
  return {
    log: parseVKey(STRICT.text(log, 512), LOG_TYPE),
    timestamps: STRICT.array(timestamps, 1, TIMESTAMPS_MAX, (one) =>
      parseVKey(STRICT.text(one, 512), TIMESTAMP_TYPE)),
  };
}

function channel(value: unknown): ChannelAddress {
  const one = STRICT.object(value, ["url", "channels"]);
  const channels = STRICT.array(one.channels, 1, WAYS.length, (name) => STRICT.choice(name, WAYS));
  STRICT.ascending(channels, (name) => WAYS.indexOf(name));
  return { url: STRICT.text(one.url, 2048, BASE_URL), channels };
}

function evaluators(value: unknown): Evaluator[] {
  return STRICT.array(value, 0, SHARES_LIMIT, (each) => {
    const one = STRICT.object(each, ["name", "url", "public"]);
    return {
      name: STRICT.text(one.name, 255),
      url: STRICT.text(one.url, 2048, BASE_URL),
      public: STRICT.hex(one.public, 32),
    };
  });
}
