/** The report, one step at a time, with the line that shows how far it is. */

import { all, copyOf, find, show, showOnly } from "../page/dom.ts";
import { fillFrom, forgetDraft, readDraft, saveDraft } from "./draft.ts";

export class Steps {
  readonly #form: HTMLFormElement;
  readonly #sections = all("[data-step]");
  readonly #line = all("[data-line]");
  #step = 1;

  constructor(form: HTMLFormElement) {
    this.#form = form;
    form.classList.add("stepped");
    const draft = readDraft();
    const restored = draft !== undefined && fillFrom(form, draft);
    show(find("#draft"), restored);
    this.#show(this.#first(restored ? draft.step : 1));
    form.addEventListener("input", () => {
      this.#save();
    });
    form.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest<HTMLElement>("[data-do]") : null;
      if (button !== null) this.#do(button.dataset["do"]);
    });
    window.addEventListener("hashchange", () => {
      this.#show(this.#first(this.#step));
    });
  }

  /** Where to begin: at what is wrong, at what the address names, else where it was left. */
  #first(otherwise: number): number {
    const wrong = document.querySelector("[data-step] .wrong")?.closest<HTMLElement>("[data-step]");
    const named = /^#(.+)$/.exec(location.hash)?.[1];
    const target = named === undefined ? null : document.getElementById(named);
    const section = target?.closest<HTMLElement>("[data-step]") ?? wrong;
    return Math.min(Math.max(Number(section?.dataset["step"] ?? otherwise), 1), this.#sections.length);
  }

  #do(what: string | undefined): void {
    if (what === "next" && this.#complete()) this.#go(this.#step + 1);
    else if (what === "back") this.#go(this.#step - 1);
    else if (what === "forget") {
      forgetDraft();
      location.replace(location.pathname);
    }
  }

  #go(step: number): void {
    this.#show(step);
    this.#save();
    find("h2", this.#section()).focus();
  }

  #show(step: number): void {
    this.#step = step;
    showOnly(this.#sections, (one) => one === this.#section());
    this.#line.forEach((one, index) => {
      one.classList.toggle("done", index + 1 < step);
      if (index + 1 === step) one.setAttribute("aria-current", "step");
      else one.removeAttribute("aria-current");
    });
    const last = step === this.#sections.length;
    show(find("#steps"));
    show(find('[data-do="back"]'), step > 1);
    show(find('[data-do="next"]'), !last);
    show(find("#finish"), last);
  }

  #section(): HTMLElement {
    const found = this.#sections[this.#step - 1];
    if (found === undefined) throw new Error("there is no such step");
    return found;
  }

  /** Whether what the step must have is there; if not, it is said at the field. */
  #complete(): boolean {
    const data = new FormData(this.#form);
    for (const words of all("[data-required]", copyOf(find("#required")))) {
      const name = words.dataset["required"] ?? "";
      const place = document.getElementById(name);
      if (place === null || !this.#section().contains(place)) continue;
      const missing = (data.get(name) ?? "") === "";
      this.#tell(place, words, missing);
      if (missing) {
        place.focus();
        return false;
      }
    }
    return true;
  }

  #tell(place: HTMLElement, words: HTMLElement, missing: boolean): void {
    const field = place.closest(".field, .group");
    field?.classList.toggle("wrong", missing);
    field?.querySelector(".error")?.remove();
    if (!missing) return;
    words.id = `${place.id}-error`;
    place.setAttribute("aria-describedby", words.id);
    (place.matches("fieldset") ? find("legend", place) : place).insertAdjacentElement(
      place.matches("fieldset") ? "afterend" : "beforebegin",
      words,
    );
  }

  #save(): void {
    saveDraft(this.#form, this.#step);
  }
}
