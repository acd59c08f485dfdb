/**
 * The check page. It reads the form, lets the worker ask, and shows what came out.
 *
 * What is typed and what is answered live in this page's memory only: not in the address, the
 * history, the title or any storage, and not after the page is left.
 */

import { showIncluded, showNotFound, showUnverifiable, tellQuestion } from "./page/answers.ts";
import { Asker, type Outcome } from "./page/asking.ts";
import { Coding } from "./page/coding.ts";
import { all, find, show } from "./page/dom.ts";
import { type Filled, Form, type Way } from "./page/form.ts";
import { Picture } from "./page/picture.ts";
import { save } from "./page/saving.ts";
import { enter, markStep, sectionOf, work, type Work } from "./page/states.ts";
import type { Answer, Ask, Asked, Remembered, ServiceDocument, Step, ToChannel } from "./types.ts";

/** UX: what takes longer than this is said to be slow. */
const SLOW_MS = 3000;

class Page {
  readonly #root = find("#check");
  readonly #asker = new Asker(this.#root.dataset["worker"] ?? "");
  readonly #service = JSON.parse(find("#service").textContent) as ServiceDocument;
  readonly #picture = new Picture();
  readonly #form = new Form((filled) => {
    this.#picture.nothingSent();
    this.#go(filled);
  });
  readonly #coding = new Coding((code) => {
    this.#type(code);
  });
  readonly #slow = find("#slow");
  /** Does once more what came to nothing. */
  #again: () => void = () => undefined;
  #resend: () => void = () => undefined;
  #type: (code: string) => void = () => undefined;
  #answer: Answer | undefined;
  /** Counts orders, so that the outcome of one that was given up is not shown. */
  #turn = 0;
  #timer: number | undefined;
  #remembered: Remembered | undefined;

  constructor() {
    this.#form.onInput(() => {
      this.#picture.stays(this.#form.typed());
    });
    document.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest<HTMLElement>("[data-do]") : null;
      if (button !== null) this.#do(button);
    });
    window.addEventListener("pagehide", () => {
      this.#forget();
    });
  }

  #go({ asked, way }: Filled): void {
    if (way === undefined) void this.#check(asked);
    else if (way.path === "ask") void this.#askForCode(asked, way, false);
    else void this.#exchange(asked, way, toPresent(way));
  }

  async #askForCode(asked: Asked, way: Way, again: boolean): Promise<void> {
    const { type, address, shown } = way;
    const body = { type, address, language: document.documentElement.lang };
    this.#again = () => void this.#askForCode(asked, way, again);
    const outcome = await this.#order("ask", { path: "ask", body });
    if (outcome?.type === "answer") this.#show(outcome.answer, asked, true);
    if (outcome?.type !== "sent") return;
    const { ticket, seconds } = outcome;
    this.#resend = () => void this.#askForCode(asked, way, true);
    this.#type = (code) =>
      void this.#exchange(asked, way, { path: "token", body: { type, address, ticket, code } });
    this.#coding.sent(shown, seconds, again);
    enter("code");
  }

  /** A code for the evaluation of its address, then the question. */
  async #exchange(asked: Asked, way: Way, order: ToChannel): Promise<void> {
    this.#again = () => void this.#exchange(asked, way, order);
    const outcome = await this.#order("code", order);
    if (outcome?.type === "token") {
      const { address, type } = way;
      const channel = { type, address, evaluation: outcome.evaluation };
      this.#form.keep(channel);
      void this.#check({ ...asked, channel });
    } else if (outcome?.type === "answer") this.#refuse(outcome.answer, asked, way);
  }

  /** A code that was not accepted is told where it was typed, and is no answer. */
  #refuse(answer: Answer, asked: Asked, { path }: Way): void {
    if (answer.kind !== "unverifiable" || answer.reason !== "code") this.#show(answer, asked, true);
    else if (path === "ask") {
      enter("code");
      this.#coding.refuse();
    } else {
      enter("asking");
      this.#form.refuse();
    }
  }

  async #check(asked: Asked): Promise<void> {
    this.#again = () => void this.#check(asked);
    const outcome = await this.#order(asked.channel ? "code" : "open", asked);
    if (outcome?.type === "answer") this.#show(outcome.answer, asked, false);
  }

  /** Lets the worker do it; nothing comes back from what was given up meanwhile. */
  async #order(what: Work, order: Ask["order"]): Promise<Outcome | undefined> {
    work(what);
    show(this.#slow, false);
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      show(this.#slow);
    }, SLOW_MS);
    const turn = ++this.#turn;
    const outcome = await this.#outcome(order);
    window.clearTimeout(this.#timer);
    return this.#turn === turn ? outcome : undefined;
  }

  async #outcome(order: Ask["order"]): Promise<Outcome> {
    const epoch = Number(this.#root.dataset["epoch"]);
    const more = this.#remembered && { remembered: this.#remembered };
    try {
      return await this.#asker.ask({ order, service: this.#service, epoch, ...more }, (step: Step) => {
        markStep(step.kind);
        if (step.sent !== undefined) this.#picture.leaves(step.sent);
      });
    } catch {
      return { type: "answer", answer: { kind: "unverifiable", reason: "script" } };
    }
  }

  #show(answer: Answer, asked: Asked, coding: boolean): void {
    this.#answer = answer;
    const state = sectionOf(answer.kind);
    for (const note of all('[data-part="saved"]')) show(note, false);
    if (answer.kind === "included") showIncluded(state, answer);
    else if (answer.kind === "not-found") showNotFound(state, answer, asked.lookup);
    else showUnverifiable(state, answer, coding);
    const kind = asked.channel ? "code" : "open";
    tellQuestion(state, kind, this.#service.evaluators[kind]?.map(({ name }) => name) ?? []);
    if (answer.kind !== "unverifiable") this.#remembered = answer.release.remember;
    enter(answer.kind);
  }

  #do(button: HTMLElement): void {
    const what = button.dataset["do"];
    if (what === "again") this.#again();
    else if (what === "resend") this.#resend();
    else if (what === "save") this.#save(button);
    else if (what === "print") window.print();
    else {
      if (what === "ask") {
        this.#form.choose(button.dataset["lookup"] ?? "");
        this.#picture.stays(this.#form.typed());
      }
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
    this.#turn++;
    this.#asker.stop();
    this.#again = this.#resend = this.#type = () => undefined;
    this.#answer = undefined;
    this.#form.clear();
    this.#coding.clear();
    this.#picture.stays([]);
    this.#picture.nothingSent();
    for (const part of ["found", "tasks"]) find(`[data-part="${part}"]`).replaceChildren();
    enter("asking");
  }
}

/** A code in hand, put to the channel service. */
function toPresent({ path, type, address, code = "" }: Way): ToChannel {
  return { path, body: path === "letter" ? { code } : { type, address, code } };
}

if (document.querySelector("#form") !== null) {
  try {
    new Page();
  } catch {
    show(find("#form"), false);
    show(find("#old-browser"));
  }
}
