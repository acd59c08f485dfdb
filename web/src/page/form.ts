/**
 * The form: one question, checked field by field before anything is sent.
 *
 * No field in it has a name, and it has no address to send to; what is typed is read here only.
 */

import { canonical, InvalidField } from "../identifiers.ts";
import type { Question } from "../types.ts";
import { all, copyOf, find, inputs, show } from "./dom.ts";

/** What is wrong with one field: a reason of PROTOCOL section 3. */
interface Fault {
  readonly field: string;
  readonly reason: string;
}

export class Form {
  readonly #form = find("#form") as HTMLFormElement;
  readonly #questions = inputs("[data-fields]", this.#form);
  readonly #problems = find("#problems", this.#form);
  readonly #words = copyOf(find("#field-errors"));

  constructor(ask: (question: Question) => void) {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const question = this.#check();
      if (question !== null) ask(question);
    });
    for (const one of this.#questions) {
      one.addEventListener("change", () => {
        this.#choose();
      });
    }
    this.#choose();
    show(this.#form);
  }

  /** The id of the chosen question. */
  get lookup(): string {
    return this.#chosen().value;
  }

  /** What is typed now, by the label of its field: for the picture, never for anything else. */
  typed(): { label: string; value: string }[] {
    return this.#fields()
      .map((name) => ({ label: this.#label(name), value: this.#input(name).value }))
      .filter(({ value }) => value.trim() !== "");
  }

  onInput(listener: () => void): void {
    this.#form.addEventListener("input", listener);
  }

  /** Choose another question; what both ask for stays as typed. */
  choose(lookup: string): void {
    for (const one of this.#questions) if (one.type === "radio") one.checked = one.value === lookup;
    this.#choose();
  }

  focus(): void {
    const first = this.#fields()[0];
    if (first !== undefined) this.#input(first).focus();
  }

  /** Forget everything: the page is left, and a shared device must not show it again. */
  clear(): void {
    this.#form.reset();
    this.#tell([]);
    this.#choose();
  }

  #check(): Question | null {
    const fields: Record<string, string> = {};
    const faults: Fault[] = [];
    for (const name of this.#fields()) {
      const text = this.#input(name).value;
      fields[name] = text;
      const reason = reasonOf(name, text);
      if (reason !== null) faults.push({ field: name, reason });
    }
    this.#tell(faults);
    return faults.length === 0 ? { lookup: this.lookup, fields } : null;
  }

  /** Say each fault at its field, and all of them in a summary that gets the focus. */
  #tell(faults: readonly Fault[]): void {
    const list = find("ul", this.#problems);
    list.replaceChildren();
    for (const field of all("[data-field]", this.#form)) {
      const name = field.dataset["field"] ?? "";
      const fault = faults.find((one) => one.field === name);
      this.#mark(name, fault);
      if (fault !== undefined) list.append(this.#link(fault));
    }
    show(this.#problems, faults.length > 0);
    if (faults.length > 0) this.#problems.focus();
  }

  #mark(name: string, fault: Fault | undefined): void {
    const input = this.#input(name);
    const place = find(`#error-${name}`, this.#form);
    place.textContent = fault === undefined ? "" : this.#wordsFor(fault);
    show(place, fault !== undefined);
    input.closest("[data-field]")?.classList.toggle("wrong", fault !== undefined);
    const described = fault === undefined ? `hint-${name}` : `error-${name} hint-${name}`;
    input.setAttribute("aria-describedby", described);
    if (fault === undefined) input.removeAttribute("aria-invalid");
    else input.setAttribute("aria-invalid", "true");
  }

  #link(fault: Fault): HTMLLIElement {
    const link = document.createElement("a");
    link.href = `#field-${fault.field}`;
    link.textContent = this.#wordsFor(fault);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.#input(fault.field).focus();
    });
    const line = document.createElement("li");
    line.append(link);
    return line;
  }

  #wordsFor({ field, reason }: Fault): string {
    const exact = this.#words.querySelector(`[data-error="${field} ${reason}"]`);
    const any = this.#words.querySelector(`[data-error="${field} empty"]`);
    return (exact ?? any)?.textContent ?? "";
  }

  #choose(): void {
    const fields = this.#fields();
    for (const one of all("[data-field]", this.#form)) {
      show(one, fields.includes(one.dataset["field"] ?? ""));
    }
    show(this.#problems, false);
  }

  #chosen(): HTMLInputElement {
    const only = this.#questions.length === 1 ? this.#questions[0] : undefined;
    const chosen = only ?? this.#questions.find((one) => one.checked);
    if (chosen === undefined) throw new Error("no question is chosen");
    return chosen;
  }

  #fields(): string[] {
    return (this.#chosen().dataset["fields"] ?? "").split(" ");
  }

  #input(name: string): HTMLInputElement {
    return find(`#field-${name}`, this.#form) as HTMLInputElement;
  }

  #label(name: string): string {
    return find(`label[for="field-${name}"]`, this.#form).textContent;
  }
}

function reasonOf(field: string, text: string): string | null {
  try {
    canonical(field, text);
    return null;
  } catch (error) {
    if (error instanceof InvalidField) return error.reason;
    throw error;
  }
}
