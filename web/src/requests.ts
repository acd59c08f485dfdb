/** The requests of one conversation, told as they leave, and paid for where a host asks (10, 10.1). */
import { tokenOf } from "./challenge.ts";
import type { KeyKind } from "./catalogue.ts";
import { CHALLENGE_LIMIT } from "./limits.ts";
import { type Fetch, type Request, send, TokenRefused } from "./transport.ts";
import type { Reason, Sent, Step, StepKind } from "./types.ts";

export interface Surroundings {
  readonly fetch: Fetch;
  readonly onStep?: (step: Step) => void;
}

export type Shown = Pick<Sent, "what" | "value">;

/** Whose challenge, for what: `reason` is for one that cannot be used. */
export interface Price {
  readonly base: string;
  readonly kind: KeyKind;
  readonly epoch: number;
  readonly reason: Reason;
}

export class Requests {
  readonly #env: Surroundings;

  constructor(env: Surroundings) {
    this.#env = env;
  }

  step(kind: StepKind): void {
    this.#env.onStep?.({ kind });
  }

  send(kind: StepKind, sent: Shown, request: Request): Promise<Uint8Array> {
    const to = new URL(request.url).origin;
    this.#env.onStep?.({ kind, sent: { ...sent, to, bytes: request.body?.length ?? 0 } });
    return send(this.#env.fetch, request);
  }

  /** Fetches a challenge and solves it. Each evaluator gives its own. */
  async token(during: StepKind, { base, kind, epoch, reason }: Price): Promise<string> {
    const path = `/v1/challenge/${kind}/${epoch}`;
    const request = { url: base + path, limit: CHALLENGE_LIMIT, over: reason, missing: "epoch" } as const;
    const challenge = await this.send(during, { what: "puzzle", value: path.slice(4) }, request);
    return tokenOf(challenge, kind, epoch, reason);
  }

  /** A request that costs a token; with a refused one it is tried once more. */
  async paid(
    during: StepKind,
    sent: Shown,
    request: Request,
    price: Price,
    first = this.token(during, price),
  ): Promise<Uint8Array> {
    try {
      return await this.send(during, sent, { ...request, token: await first });
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      const token = await this.token(during, price);
      return this.send(during, sent, { ...request, token });
    }
  }
}
