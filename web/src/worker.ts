/** Runs checks off the page's main thread. Messages are those of types.ts. */
import { check } from "./client.ts";
import type { Answer, Ask, Told } from "./types.ts";

const proven = new Set<string>();

function tell(message: Told): void {
  self.postMessage(message);
}

async function answer({ question, service, remembered }: Ask): Promise<Answer> {
  try {
    return await check(question, {
      service,
      fetch: (url, init) => fetch(url, init),
      now: Date.now,
      onStep: (step) => {
        tell({ type: "step", step });
      },
      proven,
      ...(remembered && { remembered }),
    });
  } catch {
    // The page told of wrong input at its field; what comes here is its mistake or ours.
    return { kind: "unverifiable", reason: "script" };
  }
}

self.addEventListener("message", (event: MessageEvent<Ask>) => {
  void answer(event.data).then((found) => {
    tell({ type: "answer", answer: found });
  });
});
