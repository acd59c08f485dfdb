/**
 * Fields of a form, each checked before anything is sent.
 *
 * No field has a name, and the form has no address to send to; what is typed is read here only.
 */

import { canonical, InvalidField, letterCode, oneTimeCode } from "../identifiers.ts";
import { fromUtf8 } from "../bytes.ts";
import { all, copyOf, find, show, showOnly } from "./dom.ts";

/** What is wrong with one field: a reason of PROTOCOL section 3, or `refused` by the channel service. */
export interface Fault {
  readonly field: string;
  readonly reason: string;
}

/** What only the channel service is given (PROTOCOL section 3.10). */
const CODES: ReadonlyMap<string, (field: string, text: string) => string> = new Map([
  ["code", oneTimeCode],
  ["letter_code", letterCode],
  ["desk_code", letterCode],
]);

export class Fields {
  readonly root: HTMLFormElement;
  readonly #problems: HTMLElement;
  readonly #words = copyOf(find("#field-errors"));

  constructor(root: HTMLElement, submit: () => void) {
    this.root = root as HTMLFormElement;
    this.#problems = find(".problems", root);
    root.addEventListener("submit", (event) => {
      event.preventDefault();
      submit();
    });
  }

  input(name: string): HTMLInputElement {
    return find(`#field-${name}`, this.root) as HTMLInputElement;
  }

  /** The canonical text of each field, or nothing after saying what is wrong. */
  read(names: readonly string[]): ReadonlyMap<string, string> | undefined {
    const faults: Fault[] = [];
    const texts = new Map<string, string>();
    for (const field of names) {
      try {
        texts.set(field, canonicalText(field, this.input(field).value));
      } catch (error) {
        if (!(error instanceof InvalidField)) throw error;
        faults.push({ field, reason: error.reason });
      }
    }
    this.tell(faults);
    return faults.length === 0 ? texts : undefined;
  }

  /** The canonical text of one field, or nothing, without a word about it. */
  peek(field: string): string | undefined {
    try {
      return canonicalText(field, this.input(field).value);
    } catch {
      return undefined;
    }
  }

  /** Say each fault at its field, and all of them in a summary that gets the focus. */
  tell(faults: readonly Fault[]): void {
    const list = find("ul", this.#problems);
    list.replaceChildren();
    for (const field of all("[data-field]", this.root)) {
      const name = field.dataset["field"] ?? "";
      const fault = faults.find((one) => one.field === name);
      this.#mark(field, name, fault);
      if (fault !== undefined) list.append(this.#link(fault));
    }
    const sent = faults[0]?.reason === "refused";
    showOnly(all("[data-sent]", this.#problems), (one) => (one.dataset["sent"] === "yes") === sent);
    show(this.#problems, faults.length > 0);
    if (faults.length > 0) this.#problems.focus();
  }

  /** Forget what was typed. */
  clear(): void {
    this.root.reset();
    this.tell([]);
  }

  #mark(field: HTMLElement, name: string, fault: Fault | undefined): void {
    const input = this.input(name);
    const place = find(".error", field);
    place.textContent = fault === undefined ? "" : this.#wordsFor(fault);
    show(place, fault !== undefined);
    field.classList.toggle("wrong", fault !== undefined);
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
      this.input(fault.field).focus();
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
}

function canonicalText(field: string, text: string): string {
  return CODES.get(field)?.(field, text) ?? fromUtf8(canonical(field, text));
}
