/**
 * What the page, the worker and the protocol core say to each other.
 *
 * The core (client.ts) knows no DOM, the page knows no cryptography; these types are the whole of
 * what passes between them. Section numbers are those of spec/PROTOCOL.md.
 */

/** One question: the id of a lookup (4.1) and what was typed for its fields, as it was typed. */
export interface Question {
  readonly lookup: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Section 10. `evaluators` has `code` only where a lookup needs it. */
export interface ServiceDocument {
  readonly format: "breachdesk/service/v1";
  readonly origin: string;
  readonly log: string;
  readonly timestamps: readonly string[];
  readonly buckets: string;
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
  /** `point`: the blinded element in hex. `page`: the bucket's number. `list`: nothing of a person. */
  readonly what: "point" | "page" | "list";
  /** The blinded element in hex, the bucket's number in decimal, or the path that was fetched. */
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
      /** `retryAfter`: seconds, from the Retry-After of a refusal. */
      readonly detail?: { readonly retryAfter?: number };
    };

/** Page to worker. One at a time; ending the worker ends the check. */
export interface Ask {
  readonly type: "check";
  readonly question: Question;
  readonly service: ServiceDocument;
  readonly remembered?: Remembered;
}

/** Worker to page: steps as they begin, then one answer. */
export type Told =
  | { readonly type: "step"; readonly step: Step }
  | { readonly type: "answer"; readonly answer: Answer };
