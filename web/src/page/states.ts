/** Which part of the page is seen: the question, the work, or one of the three answers. */

import { all, find, show } from "./dom.ts";

export type State = "asking" | "code" | "working" | "included" | "not-found" | "unverifiable";
/** What is worked on: a question with or without a code, or a request for a code. */
export type Work = "open" | "code" | "ask";

const ASKING = ["#intro", "#ask", "#story"];

/** The section of a state. */
export const sectionOf = (state: Exclude<State, "asking">): HTMLElement =>
  find(`[data-state="${state}"]`);

/** Show a state and move the focus to its heading, so that a screen reader says it. */
export function enter(state: State): void {
  for (const section of all("[data-state]")) show(section, section.dataset["state"] === state);
  for (const selector of ASKING) show(find(selector), state === "asking");
  document.body.dataset["now"] = state;
  if (state === "asking") return;
  find("h1", sectionOf(state)).focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
}

/** Show the work that begins. */
export function work(what: Work): void {
  for (const one of all("[data-work]", sectionOf("working"))) {
    show(one, (one.dataset["work"] ?? "").split(" ").includes(what));
  }
  markStep(what === "code" ? "code" : "checkpoint");
  enter("working");
}

/** Mark the steps before the present one as done. */
export function markStep(kind: string): void {
  const steps = all("[data-steps]", sectionOf("working"));
  const now = steps.findIndex((one) => (one.dataset["steps"] ?? "").split(" ").includes(kind));
  for (const [place, one] of steps.entries()) {
    one.classList.toggle("done", place < now);
    one.classList.toggle("now", place === now);
    if (place === now) one.setAttribute("aria-current", "step");
    else one.removeAttribute("aria-current");
  }
}
