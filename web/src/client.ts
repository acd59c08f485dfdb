/** One check, from what was typed to one of the three answers (PROTOCOL sections 9.4 to 11). */
import { bucketIndex, bucketLength, bucketPath, openBucket } from "./bucket.ts";
import { toBase64, toHex } from "./bytes.ts";
import { findEntries } from "./entry.ts";
import { CheckError } from "./errors.ts";
import { evidenceOf, isoTime } from "./evidence.ts";
import { checkEvaluators, checkKeys, checkPossession, evaluatorsOf, outputOf } from "./keys.ts";
import { EVALUATION_BYTES } from "./limits.ts";
import { type Followed, follow } from "./log.ts";
import type { Manifest } from "./manifest.ts";
import { type Asked, form, type Formed, prepare } from "./question.ts";
import { readService, type Service } from "./service.ts";
import { type Fetch, Missing, type Request, send } from "./transport.ts";
import type {
  Answer,
  Covers,
  Question,
  Reason,
  ReleaseFacts,
  Remembered,
  Sent,
  ServiceDocument,
  Step,
  StepKind,
} from "./types.ts";
import { blind, type Blinding } from "./voprf.ts";

/** What a file was, by the last part of its name, if it is longer than it may be (12). */
const OVERLONG: ReadonlyMap<string, Reason> = new Map([
  ["checkpoint", "checkpoint"],
  ["leaves", "leaves"],
  ["entry.json", "manifest-format"],
]);

export { InvalidField } from "./identifiers.ts";

export interface Environment {
  readonly service: ServiceDocument;
  readonly fetch: Fetch;
  /** Milliseconds since 1970, as Date.now. */
  readonly now: () => number;
  readonly remembered?: Remembered;
  readonly onStep?: (step: Step) => void;
  /** Leaf hashes, in hex, of manifests whose possession proofs held in this session. */
  readonly proven?: Set<string>;
}

/**
 * Asks one question.
 *
 * Throws InvalidField, before anything is sent, for what is no spelling of a value; RangeError for
 * fields that the lookup does not have. Whatever else fails is the answer "unverifiable".
 */
export async function check(question: Question, env: Environment): Promise<Answer> {
  const asked = prepare(question);
  try {
    return await new Check(asked, env, readService(env.service)).run();
  } catch (error) {
    if (!(error instanceof CheckError)) return { kind: "unverifiable", reason: "script" };
    const { reason, retryAfter } = error;
    if (retryAfter === undefined) return { kind: "unverifiable", reason };
    return { kind: "unverifiable", reason, detail: { retryAfter } };
  }
}

/** The evaluated question, with what evidence needs. */
interface Evaluated {
  readonly blinding: Blinding;
  readonly evaluations: readonly Uint8Array[];
  readonly out: Uint8Array;
}

class Check {
  readonly #asked: Asked;
  readonly #env: Environment;
  readonly #service: Service;

  constructor(asked: Asked, env: Environment, service: Service) {
    this.#asked = asked;
    this.#env = env;
    this.#service = service;
  }

  /** A bucket that is not there, when the log has meanwhile grown, starts the check again, once. */
  async run(): Promise<Answer> {
    const first = await this.#follow(this.#env.remembered);
    try {
      return await this.#answer(first);
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      const second = await this.#follow(factsOf(first, this.#env.service.log).remember);
      if (second.checkpoint.size === first.checkpoint.size) throw error;
      return this.#answer(second);
    }
  }

  /** 9.4: the release in force. */
  async #follow(remembered?: Remembered): Promise<Followed> {
    this.#step("checkpoint");
    const followed = await follow(
      (path, limit) => {
        const kind = path === "checkpoint" ? "checkpoint" : "manifest";
        return this.#get(kind, path, { what: "list", value: path }, limit);
      },
      this.#service.keys,
      this.#seconds(),
      remembered,
    );
    checkEvaluators(followed.manifest, this.#service);
    checkKeys(followed.manifest);
    return followed;
  }

  async #answer(followed: Followed): Promise<Answer> {
    const { manifest } = followed;
    const formed = form(this.#asked, manifest);
    const { blinding, evaluations, out } = await this.#evaluate(followed, formed);
    const index = bucketIndex(out, manifest.buckets.count);
    const bucket = await this.#get(
      "bucket",
      bucketPath(manifest, index),
      { what: "page", value: String(index) },
      // One more, so that a longer one is told as such.
      bucketLength(manifest) + 1,
    );
    this.#step("open");
    const body = openBucket(bucket, manifest, index);
    const incidents = findEntries(manifest, formed.lookup, out, body);
    const kind = incidents.length > 0 ? "included" : "not-found";
    const { log, timestamps } = this.#env.service;
    const evidence = evidenceOf({
      log,
      timestamps,
      followed,
      asked: this.#asked,
      blinding,
      evaluations,
      bucket,
      answer: kind,
      at: this.#seconds(),
    });
    const release = factsOf(followed, log);
    const covers = coversOf(manifest, formed.lookup.id);
    return kind === "included"
      ? { kind, release, incidents, covers, evidence }
      : { kind, release, covers, evidence };
  }

  /** 5: the same point to every evaluator. Possession is proved (5.4) while they answer. */
  async #evaluate(followed: Followed, { keys, lookup, input }: Formed): Promise<Evaluated> {
    const { manifest } = followed;
    this.#step("blind");
    const blinding = blind(input);
    const path = `evaluate/${lookup.assurance}/${manifest.epoch}`;
    const point = { what: "point", value: toHex(blinding.element) } as const;
    const sent = Promise.all(
      evaluatorsOf(keys, this.#service.evaluators[lookup.assurance]).map(async ({ url }) => {
        const body = Uint8Array.from(blinding.element);
        const request = { url: `${url}/v1/${path}`, body, limit: EVALUATION_BYTES };
        return this.#send("evaluate", point, { ...request, over: "element", missing: "epoch" });
      }),
    );
    // Also when possession fails first, nothing is left unhandled.
    const [answers] = await Promise.all([sent, this.#provePossession(followed)]);
    if (answers.some((bytes) => bytes.length !== EVALUATION_BYTES)) {
      throw new CheckError("element");
    }
    this.#step("verify");
    return { blinding, evaluations: answers, out: outputOf(input, blinding, answers, keys) };
  }

  /** Once a manifest and session: it costs as much as the check's own proofs. */
  async #provePossession({ entryHash, manifest }: Followed): Promise<void> {
    const hash = toHex(entryHash);
    if (this.#env.proven?.has(hash)) return;
    // Lets the requests leave before the arithmetic.
    await new Promise((resume) => setTimeout(resume));
    checkPossession(manifest);
    this.#env.proven?.add(hash);
  }

  #get(
    kind: StepKind,
    path: string,
    sent: Pick<Sent, "what" | "value">,
    limit: number,
  ): Promise<Uint8Array> {
    const over = OVERLONG.get(path.slice(path.lastIndexOf("/") + 1)) ?? "bucket-length";
    return this.#send(kind, sent, { url: `${this.#service.buckets}/v1/${path}`, limit, over });
  }

  #send(kind: StepKind, sent: Pick<Sent, "what" | "value">, request: Request): Promise<Uint8Array> {
    const to = new URL(request.url).origin;
    this.#env.onStep?.({ kind, sent: { ...sent, to, bytes: request.body?.length ?? 0 } });
    return send(this.#env.fetch, request);
  }

  #step(kind: StepKind): void {
    this.#env.onStep?.({ kind });
  }

  #seconds(): number {
    return Math.floor(this.#env.now() / 1000);
  }
}

function factsOf({ checkpoint, entryHash, manifest }: Followed, logKey: string): ReleaseFacts {
  const { origin, root, size, stamps, time } = checkpoint;
  return {
    number: manifest.release,
    freshAt: isoTime(time),
    root: toHex(manifest.buckets.root),
    entryHash: toHex(entryHash),
    witnesses: [...stamps]
      .filter(([name]) => name !== `${origin}/timestamp`)
      .map(([name, at]) => ({ name, at: isoTime(at) })),
    logKey,
    remember: { origin, size, root: toBase64(root) },
  };
}

function coversOf({ incidents }: Manifest, lookup: string): Covers {
  return {
    incidents: incidents.map(({ id, lookups, read, rejected, subjects }) => ({
      incident: id,
      subjects,
      findable: lookups.find((counts) => counts.id === lookup)?.subjects ?? 0,
      recordsRead: read,
      rejected,
    })),
  };
}
