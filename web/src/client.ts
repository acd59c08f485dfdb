/** One check, from what was typed to one of the three answers (PROTOCOL sections 9.4 to 11). */
import { bucketIndex, bucketLength, bucketPath, openBucket } from "./bucket.ts";
import { toBase64, toHex } from "./bytes.ts";
import { findEntries } from "./entry.ts";
import { CheckError } from "./errors.ts";
import { evidenceOf, isoTime } from "./evidence.ts";
import { blame, checkEvaluators, checkKeys, checkPossession, evaluatorsOf, outputOf } from "./keys.ts";
import { EVALUATION_BYTES } from "./limits.ts";
import { type Followed, follow } from "./log.ts";
import type { Manifest } from "./manifest.ts";
import { form, type Formed, needsToken, prepare } from "./question.ts";
import { type Price, Requests, type Shown, type Surroundings } from "./requests.ts";
import { readService, type Service } from "./service.ts";
import { Missing } from "./transport.ts";
import type {
  Answer,
  Asked,
  Covers,
  Question,
  Reason,
  ReleaseFacts,
  Remembered,
  ServiceDocument,
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

export interface Environment extends Surroundings {
  readonly service: ServiceDocument;
  /** Milliseconds since 1970, as Date.now. */
  readonly now: () => number;
  readonly remembered?: Remembered;
  /** The epoch that is likely in force: tokens for it are made while the release is looked up. */
  readonly epoch?: number;
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
  return answerTo(prepare(question), env);
}

/** The same for a question that is canonical already. It throws nothing. */
export async function answerTo(asked: Asked, env: Environment): Promise<Answer> {
  try {
    return await new Check(asked, env, readService(env.service)).run();
  } catch (error) {
    return unverifiable(error);
  }
}

/** What to answer where something failed. */
export function unverifiable(error: unknown): Answer {
  if (!(error instanceof CheckError)) return { kind: "unverifiable", reason: "script" };
  const { evaluator, reason, retryAfter } = error;
  const detail = { ...(retryAfter !== undefined && { retryAfter }), ...(evaluator && { evaluator }) };
  if (Object.keys(detail).length === 0) return { kind: "unverifiable", reason };
  return { kind: "unverifiable", reason, detail };
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
  readonly #requests: Requests;
  /** Tokens that were begun before the release was known, by evaluator. */
  readonly #early = new Map<string, Promise<string>>();

  constructor(asked: Asked, env: Environment, service: Service) {
    this.#asked = asked;
    this.#env = env;
    this.#service = service;
    this.#requests = new Requests(env);
  }

  /** A bucket that is not there, when the log has meanwhile grown, starts the check again, once. */
  async run(): Promise<Answer> {
    this.#beginTokens();
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

  #beginTokens(): void {
    const { epoch } = this.#env;
    if (epoch === undefined) return;
    const kind = needsToken(this.#asked.lookup) ? "code" : "open";
    for (const { url } of this.#service.evaluators[kind]) {
      const price = { base: url, kind, epoch, reason: "token" } as const;
      const token = this.#requests.token("checkpoint", price);
      // It fails where it is used, if it is.
      token.catch(() => undefined);
      this.#early.set(nameOf(price), token);
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
    const evaluators = evaluatorsOf(keys, this.#service.evaluators[lookup.assurance]);
    const sent = Promise.all(
      evaluators.map(async ({ url }, index) => {
        const price = { base: url, kind: lookup.assurance, epoch: manifest.epoch, reason: "token" } as const;
        try {
          return await this.#ask(blinding, price);
        } catch (error) {
          throw blame(error, evaluators, index);
        }
      }),
    );
    // Also when possession fails first, nothing is left unhandled.
    const [answers] = await Promise.all([sent, this.#provePossession(followed)]);
    this.#step("verify");
    const out = outputOf(input, blinding, answers, keys, evaluators);
    return { blinding, evaluations: answers, out };
  }

  async #ask({ element }: Blinding, price: Price): Promise<Uint8Array> {
    const name = nameOf(price);
    const early = this.#early.get(name);
    // A token serves once.
    this.#early.delete(name);
    const request = {
      url: `${price.base}/v1/evaluate/${price.kind}/${price.epoch}`,
      body: Uint8Array.from(element),
      limit: EVALUATION_BYTES,
      over: "element",
      missing: "epoch",
    } as const;
    const point = { what: "point", value: toHex(element) } as const;
    const answer = await this.#requests.paid("evaluate", point, request, price, early);
    if (answer.length !== EVALUATION_BYTES) throw new CheckError("element");
    return answer;
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
    sent: Shown,
    limit: number,
  ): Promise<Uint8Array> {
    const over = OVERLONG.get(path.slice(path.lastIndexOf("/") + 1)) ?? "bucket-length";
    const url = `${this.#service.buckets}/v1/${path}`;
    return this.#requests.send(kind, sent, { url, limit, over });
  }

  #step(kind: StepKind): void {
    this.#requests.step(kind);
  }

  #seconds(): number {
    return Math.floor(this.#env.now() / 1000);
  }
}

function nameOf({ base, epoch }: Price): string {
  return `${base} ${epoch}`;
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
