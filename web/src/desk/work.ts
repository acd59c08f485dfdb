/** A puzzle is solved before a form is sent, so that many who share a network are not slowed. */

import { CHALLENGE_LIMIT } from "../limits.ts";
import { find } from "../page/dom.ts";
import { startWorker } from "../page/own-worker.ts";

const ADDRESS = "/v1/challenge/desk/1";
const PATIENCE_MS = 5000;

/** Where no puzzle comes, the form is sent without: the server then decides. */
export function workBeforeSending(form: HTMLFormElement): void {
  let sending = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    tell(form, true);
    void solve(form.dataset["work"] ?? "")
      .catch(() => undefined)
      .then((work) => {
        if (work !== undefined) append(form, work);
        form.submit();
      });
  });
  // Whoever comes back to the page finds a form that can be sent again.
  window.addEventListener("pageshow", () => {
    sending = false;
    tell(form, false);
    form.querySelector('input[name="work"]')?.remove();
  });
}

function tell(form: HTMLFormElement, sending: boolean): void {
  const status = find("#sending");
  form.ariaBusy = String(sending);
  status.textContent = sending ? (status.dataset["words"] ?? "") : "";
}

/** The page stays awake meanwhile: `worker` is the address of the script that computes. */
async function solve(worker: string): Promise<string> {
  const response = await fetch(ADDRESS, {
    credentials: "omit",
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const challenge = new Uint8Array(await response.arrayBuffer());
  if (!response.ok || challenge.length > CHALLENGE_LIMIT) throw new Error("no puzzle");
  const solver = startWorker(worker);
  try {
    return await new Promise((resolve, reject) => {
      solver.onmessage = ({ data }: MessageEvent<string>): void => {
        resolve(data);
      };
      solver.onerror = solver.onmessageerror = (): void => {
        reject(new Error("no solution"));
      };
      solver.postMessage(challenge);
    });
  } finally {
    solver.terminate();
  }
}

function append(form: HTMLFormElement, work: string): void {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "work";
  field.value = work;
  form.append(field);
}
