/** A puzzle is solved before a form is sent, so that many who share a network are not slowed. */

import { tokenOf } from "../challenge.ts";
import { CHALLENGE_LIMIT } from "../limits.ts";

const ADDRESS = "/v1/challenge/desk/1";
const PATIENCE_MS = 5000;

/** Where no puzzle comes, the form is sent without: the server then decides. */
export function workBeforeSending(form: HTMLFormElement): void {
  let sending = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    void solve()
      .catch(() => undefined)
      .then((work) => {
        if (work !== undefined) append(form, work);
        form.submit();
      });
  });
  // Whoever comes back to the page finds a form that can be sent again.
  window.addEventListener("pageshow", () => {
    sending = false;
    form.querySelector('input[name="work"]')?.remove();
  });
}

async function solve(): Promise<string> {
  const response = await fetch(ADDRESS, {
    credentials: "omit",
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const challenge = new Uint8Array(await response.arrayBuffer());
  if (!response.ok || challenge.length > CHALLENGE_LIMIT) throw new Error("no puzzle");
  return tokenOf(challenge, "desk", 1, "problem");
}

function append(form: HTMLFormElement, work: string): void {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "work";
  field.value = work;
  form.append(field);
}
