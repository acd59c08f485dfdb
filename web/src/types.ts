/**
 * What the page, the worker and the protocol core say to each other.
 *
 * The core (client.ts) knows no DOM, the page knows no cryptography; these types are the whole of
 * what passes between them. Section numbers are those of spec/PROTOCOL.md.
 */

import type { Channel } from "./catalogue.ts";

/** What proves that the asker holds an address (4.4): the channel service's 96 bytes for it. */
export interface Obtained {
  readonly type: Channel;
  /** Canonical, or the letter id. */
  readonly address: string;
  readonly evaluation: Uint8Array;
}

/** One question: the id of a lookup (4.1) and what was typed for its fields, as it was typed. */
export interface Question {
  readonly lookup: string;
  readonly fields: Readonly<Record<string, string>>;
  /** Under `code`, in place of the field `channel_token`. */
  readonly channel?: Obtained;
}

/** A question in canonical form, in the lookup's order. */
export interface Asked {
  readonly lookup: string;
  readonly fields: readonly (readonly [name: string, value: Uint8Array])[];
  readonly channel?: Obtained;
}

/** Section 10. `evaluators` has `code` only where a lookup needs it. */
export interface ServiceDocument {
  readonly format: "breachdesk/service/v1";
  readonly origin: string;
  readonly log: string;
  readonly timestamps: readonly string[];
  readonly buckets: string;
  readonly channel: { readonly url: string; readonly channels: readonly string[] } | null;
  readonly evaluators: Readonly<Record<string, readonly EvaluatorAddress[]>>;
}

export interface EvaluatorAddress {
  readonly name: string;
  readonly url: string;
  /** Public key share, 64 hex digits. */
  readonly public: string;
}

/** A checkpoint seen before, against which rollback and fork are told (9.4 step 3). */
export interface Remembered {
  readonly origin: string;
  readonly size: number;
  /** Base64, as in the checkpoint. */
  readonly root: string;
}

export type StepKind =
  | "code"
  | "checkpoint"
  | "manifest"
  | "blind"
  | "evaluate"
  | "verify"
  | "bucket"
  | "open";

/** One request that left the device, for the live picture. */
export interface Sent {
  /** Origin of the URL that was asked. */
  readonly to: string;
  /** Bytes of the request's body; 0 for GET. */
  readonly bytes: number;
  /**
   * `point`: the blinded element in hex. `page`: the bucket's number. `list` and `puzzle`: nothing of a
   * person. `address` and `code`: in clear, to the channel service only.
   */
  readonly what: "point" | "page" | "list" | "puzzle" | "address" | "code";
  /** What of it was sent; the bucket's number in decimal, for `list` and `puzzle` the path. */
  readonly value: string;
}

/** The core begins a step; with `sent`, a request of that step leaves now. */
export interface Step {
  readonly kind: StepKind;
  readonly sent?: Sent;
}

/** What stands under every answer: which release, and why it can be trusted. */
export interface ReleaseFacts {
  readonly number: number;
  /** When the checkpoint that was checked was cosigned last (9.3), ISO 8601 in UTC. */
  readonly freshAt: string;
  /** Root of the bucket tree (7.3), hex. */
  readonly root: string;
  /** Leaf hash of the manifest in the log (9.1), hex. */
  readonly entryHash: string;
  /** Whose cosignatures held, and when they were made: all but the operator's own (9.5). */
  readonly witnesses: readonly { readonly name: string; readonly at: string }[];
  /** The log's vkey. */
  readonly logKey: string;
  readonly remember: Remembered;
}

/** One person of one incident (one slot, 6.2). Without `reveals` = `items`: no items, no dates. */
export interface Found {
  readonly incident: string;
  readonly items: readonly string[];
  /** ISO dates, or null where unknown or not revealed. */
  readonly first: string | null;
  readonly last: string | null;
  /** 0 where not revealed; 65535 for that many or more. */
  readonly records: number;
  /** The claim token (6.3), 24 hex digits; zeros under `open`. */
  readonly claim: string;
}

/** Whom the release covers, for the lookup that was asked (8.2). One line an incident. */
export interface Covers {
  readonly incidents: readonly {
    readonly incident: string;
    readonly subjects: number;
    /** People whom this lookup can find. */
    readonly findable: number;
    readonly recordsRead: number;
    readonly rejected: number;
  }[];
}

/** The transcript of 11.1, ready to be written as JSON. It holds what was typed. */
export type Evidence = Readonly<Record<string, unknown>>;

/** Section 12, plus `script` for a failure of this script or its worker. */
export type Reason =
  | "network"
  | "problem"
  | "quota"
  | "service"
  | "checkpoint"
  | "signature"
  | "stale"
  | "clock"
  | "leaves"
  | "rollback"
  | "fork"
  | "manifest-version"
  | "manifest-format"
  | "key"
  | "possession"
  | "element"
  | "proof"
  | "bucket-length"
  | "bucket-header"
  | "bucket-path"
  | "entry"
  | "evidence"
  | "epoch"
  | "token"
  | "channel"
  | "code"
  | "script";

export type Answer =
  | {
      readonly kind: "included";
      readonly release: ReleaseFacts;
      readonly incidents: readonly Found[];
      readonly covers: Covers;
      readonly evidence: Evidence;
    }
  | {
      readonly kind: "not-found";
      readonly release: ReleaseFacts;
      readonly covers: Covers;
      readonly evidence: Evidence;
    }
  | {
      readonly kind: "unverifiable";
      readonly reason: Reason;
      /** `retryAfter`: seconds, from the Retry-After of a refusal. `evaluator`: which of several. */
      readonly detail?: { readonly retryAfter?: number; readonly evaluator?: string };
    };

/** A request to the channel service: the last part of its path, and its JSON. */
export interface ToChannel {
  readonly path: "ask" | "token" | "letter" | "desk";
  readonly body: Readonly<Record<string, string>>;
}

/** Page to worker. One at a time; ending the worker ends what it does. */
export interface Ask {
  readonly order: Asked | ToChannel;
  readonly service: ServiceDocument;
  /** As the page knows it, so that tokens can be made early. */
  readonly epoch: number;
  readonly remembered?: Remembered;
}

/** Worker to page: steps as they begin, then one of the others; `seconds` is how long a code is good. */
export type Told =
  | { readonly type: "step"; readonly step: Step }
  | { readonly type: "sent"; readonly ticket: string; readonly seconds: number }
  | { readonly type: "token"; readonly evaluation: Uint8Array }
  | { readonly type: "answer"; readonly answer: Answer };
