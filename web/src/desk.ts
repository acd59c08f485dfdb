/**
 * The desk's pages: the report shown step by step, a draft kept in this tab, puzzles solved.
 *
 * Without this script the same pages work as one document. It makes no HTML and has no words.
 */

import { all, find, show } from "./page/dom.ts";
import { forgetDraft } from "./desk/draft.ts";
import { Steps } from "./desk/steps.ts";
import { workBeforeSending } from "./desk/work.ts";

const report = document.querySelector<HTMLFormElement>("form#report");
if (report !== null) new Steps(report);
if (document.querySelector("[data-received]") !== null) forgetDraft();
for (const part of all("[data-script]")) show(part);
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-work]")) {
  workBeforeSending(form);
}
document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element ? target.closest<HTMLElement>("[data-do]") : null;
  if (button?.dataset["do"] === "print") window.print();
});
const problems = document.querySelector<HTMLElement>("#problems");
if (problems !== null) find("#problems").focus();
