/** Orders put to the worker, which computes while the page stays awake. */

import type { Ask, Step, Told } from "../types.ts";

/** What ends an order. */
export type Outcome = Exclude<Told, { type: "step" }>;

/** One worker for all orders of a page, so that what it has proven once it need not again. */
export class Asker {
  readonly #address: string;
  #worker: Worker | undefined;

  constructor(address: string) {
    this.#address = address;
  }

  /** Put one order. After `stop` the promise is never kept; it fails where no worker can start. */
  async ask(order: Ask, onStep: (step: Step) => void): Promise<Outcome> {
    this.#worker ??= startWorker(this.#address);
    const worker = this.#worker;
    const outcome = new Promise<Outcome>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Told>): void => {
        if (data.type === "step") onStep(data.step);
        else resolve(data);
      };
      worker.onerror = worker.onmessageerror = (): void => {
        this.stop();
        reject(new Error("the worker failed"));
      };
    });
    worker.postMessage(order);
    return outcome;
  }

  /** End the worker, and with it whatever it is doing. */
  stop(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}

/** The parts of Trusted Types that are used; TypeScript's library does not know them yet. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL: (url: string) => string };
}

const trustedTypes = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
const policy = trustedTypes?.createPolicy("breachdesk", { createScriptURL: ownStatic });

function startWorker(address: string): Worker {
  const url = policy?.createScriptURL(address) ?? ownStatic(address);
  return new Worker(url, { type: "module" });
}

/** Let through what is a static file of this origin, and nothing else. */
function ownStatic(address: string): string {
  const url = new URL(address, location.origin);
  if (url.origin !== location.origin || !url.pathname.startsWith("/static/")) {
    throw new TypeError("not a script of this page");
  }
  return url.href;
}
