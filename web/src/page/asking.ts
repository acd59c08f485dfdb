/** Orders put to the worker, which computes while the page stays awake. */

import type { Ask, Step, Told } from "../types.ts";
import { startWorker } from "./own-worker.ts";

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
