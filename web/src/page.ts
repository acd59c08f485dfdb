/**
 * The check page. It reads the form, lets the worker ask, and shows what came out.
 *
 * What is typed and what is answered live in this page's memory only: not in the address, the
 * history, the title or any storage, and not after the page is left.
 */

import { showIncluded, showNotFound, showUnverifiable } from "./page/answers.ts";
import { Asker } from "./page/asking.ts";
import { all, find, show } from "./page/dom.ts";
import { Form } from "./page/form.ts";
import { Picture } from "./page/picture.ts";
import { save } from "./page/saving.ts";
import { enter, markStep, sectionOf } from "./page/states.ts";
import type { Answer, Question, Remembered, ServiceDocument, Step } from "./types.ts";

/** UX: what takes longer than this is said to be slow. */
const SLOW_MS = 3000;

class Page {
  readonly #asker = new Asker(find("#check").dataset["worker"] ?? "");
  readonly #service = JSON.parse(find("#service").textContent) as ServiceDocument;
  readonly #picture = new Picture();
  readonly #form = new Form((question) => void this.#ask(question));
  readonly #slow = find("#slow");
  #question: Question | undefined;
  #answer: Answer | undefined;
  /** Counts questions, so that the answer to one that was given up is not shown. */
  #turn = 0;
  #timer: number | undefined;
  #remembered: Remembered | undefined;

  constructor() {
    this.#form.onInput(() => {
      this.#picture.stays(this.#form.typed());
    });
    for (const button of all("[data-do]")) {
      button.addEventListener("click", () => {
        this.#do(button);
      });
    }
    window.addEventListener("pagehide", () => {
      this.#forget();
    });
  }

  async #ask(question: Question): Promise<void> {
    this.#question = question;
    this.#picture.nothingSent();
    markStep("checkpoint");
    enter("working");
    show(this.#slow, false);
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      show(this.#slow);
    }, SLOW_MS);
    const turn = ++this.#turn;
    const answer = await this.#start(question);
    window.clearTimeout(this.#timer);
    if (this.#turn === turn) this.#show(answer, question);
  }

  async #start(question: Question): Promise<Answer> {
    try {
      return await this.#asker.ask(question, this.#service, this.#remembered, (step: Step) => {
        markStep(step.kind);
        if (step.sent !== undefined) this.#picture.leaves(step.sent);
      });
    } catch {
      return { kind: "unverifiable", reason: "script" };
    }
  }

  #show(answer: Answer, question: Question): void {
    this.#answer = answer;
    const state = sectionOf(answer.kind);
    for (const note of all('[data-part="saved"]')) show(note, false);
    if (answer.kind === "included") showIncluded(state, answer);
    else if (answer.kind === "not-found") showNotFound(state, answer, question.lookup);
    else showUnverifiable(state, answer);
    if (answer.kind !== "unverifiable") this.#remembered = answer.release.remember;
    enter(answer.kind);
  }

  #do(button: HTMLElement): void {
    const what = button.dataset["do"];
    if (what === "again" && this.#question !== undefined) void this.#ask(this.#question);
    else if (what === "save") this.#save(button);
    else if (what === "print") window.print();
    else {
      if (what === "ask") this.#form.choose(button.dataset["lookup"] ?? "");
      this.#back();
    }
  }

  #save(button: HTMLElement): void {
    if (this.#answer === undefined || this.#answer.kind === "unverifiable") return;
    save(this.#answer.evidence);
    const place = button.closest("section");
    if (place !== null) show(find('[data-part="saved"]', place));
  }

  /** Stop what runs and go back to the question, with what was typed still there. */
  #back(): void {
    this.#giveUp();
    enter("asking");
    this.#form.focus();
  }

  #giveUp(): void {
    this.#turn++;
    if (document.body.dataset["now"] === "working") this.#asker.stop();
  }

  /** The page is left: whoever comes back to it on this device finds an empty form. */
  #forget(): void {
    this.#giveUp();
    this.#question = undefined;
    this.#answer = undefined;
    this.#form.clear();
    this.#picture.stays([]);
    this.#picture.nothingSent();
    for (const part of ["found", "tasks"]) find(`[data-part="${part}"]`).replaceChildren();
    enter("asking");
  }
}

if (document.querySelector("#form") !== null) {
  try {
    new Page();
  } catch {
    show(find("#form"), false);
    show(find("#old-browser"));
  }
}
