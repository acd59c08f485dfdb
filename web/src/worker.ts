/** Runs checks off the page's main thread. Messages are those of types.ts. */
import { toChannel } from "./channel.ts";
import { answerTo, unverifiable } from "./client.ts";
import type { Ask, Step, Told } from "./types.ts";

const proven = new Set<string>();

function tell(message: Told): void {
  self.postMessage(message);
}

async function carryOut({ order, remembered, ...rest }: Ask): Promise<Told> {
  const env = {
    ...rest,
    fetch: (url: string, init: RequestInit) => fetch(url, init),
    onStep: (step: Step) => {
      tell({ type: "step", step });
    },
  };
  try {
    if ("path" in order) return await toChannel(order, env);
    const more = { now: Date.now, proven, ...(remembered && { remembered }) };
    return { type: "answer", answer: await answerTo(order, { ...env, ...more }) };
  } catch (error) {
    // The page told of wrong input at its field; what else comes here is its mistake or ours.
    return { type: "answer", answer: unverifiable(error) };
  }
}

self.addEventListener("message", (event: MessageEvent<Ask>) => {
  void carryOut(event.data).then(tell);
});
