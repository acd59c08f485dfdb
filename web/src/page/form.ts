/** The form: which question, what it is asked with, and for a code where that comes from. */

import { utf8 } from "../bytes.ts";
import type { Channel } from "../catalogue.ts";
import type { Asked, Obtained, ToChannel } from "../types.ts";
import { all, find, inputs, show, showOnly } from "./dom.ts";
import { Fields } from "./fields.ts";

/** How to come to a channel token (PROTOCOL sections 4.4 and 10). */
export interface Way {
  /** `ask`: for a code to be sent; else the code is in hand. */
  readonly path: Exclude<ToChannel["path"], "token">;
  readonly type: Channel;
  readonly address: string;
  /** The address as it was typed. */
  readonly shown: string;
  readonly code?: string;
}

/** The form filled in, all canonical. */
export interface Filled {
  readonly asked: Asked;
  readonly way?: Way;
}

export class Form extends Fields {
  readonly #questions = inputs("[data-question]", this.root);
  readonly #ways = inputs("[data-path]", this.root);
  #obtained: Obtained | undefined;

  constructor(submit: (filled: Filled) => void) {
    super(find("#form"), () => {
      const filled = this.#filled();
      if (filled !== undefined) submit(filled);
    });
    for (const one of [...this.#questions, ...this.#ways]) {
      one.addEventListener("change", () => {
        this.#choose();
      });
    }
    this.onInput(() => {
      this.#label();
    });
    this.#choose();
    show(this.root);
  }

  /** What is typed now and will not leave, by the label of its field: for the picture, nothing else. */
  typed(): { label: string; value: string }[] {
    return this.#typedFields()
      .map((name) => ({ label: this.#nameOf(name), value: this.input(name).value }))
      .filter(({ value }) => value.trim() !== "");
  }

  onInput(listener: () => void): void {
    this.root.addEventListener("input", listener);
  }

  /** Choose another question; what both ask for stays as typed. */
  choose(lookup: string): void {
    for (const one of this.#questions) one.checked = one.value === lookup;
    this.#choose();
  }

  /** Where to go on: at how the code comes if the rest is typed, else at the first field. */
  focus(): void {
    const names = this.#typedFields();
    const done = this.#way() !== undefined && names.every((name) => this.input(name).value !== "");
    (done ? find("#ways-title", this.root) : this.input(names[0] ?? "")).focus();
  }

  /** The code of this way was not accepted. */
  refuse(): void {
    this.tell([{ field: this.#wayFields().at(-1) ?? "", reason: "refused" }]);
  }

  /** Whoever showed to hold an address need not again. */
  keep(obtained: Obtained | undefined): void {
    this.#obtained = obtained;
    this.#label();
  }

  /** Forget everything: the page is left, and a shared device must not show it again. */
  override clear(): void {
    super.clear();
    this.keep(undefined);
    this.#choose();
  }

  #filled(): Filled | undefined {
    const names = this.#typedFields();
    const texts = this.read([...new Set([...names, ...this.#wayFields()])]);
    if (texts === undefined) return undefined;
    const fields = names.map((name) => [name, utf8(texts.get(name) ?? "")] as const);
    const asked = { lookup: this.#question().value, fields };
    const chosen = this.#way();
    if (chosen === undefined) return { asked };
    const held = this.#held(chosen);
    if (held) return { asked: { ...asked, channel: held } };
    const code = texts.get("letter_code") ?? texts.get("desk_code");
    const type = chosen.value as Channel;
    // A letter's id is the beginning of its code.
    const address = texts.get(type) ?? code?.slice(0, 8) ?? "";
    const shown = type === "letter" ? "" : this.input(type).value.trim();
    const path = chosen.dataset["path"] as Way["path"];
    return { asked, way: { path, type, address, shown, ...(code && { code }) } };
  }

  /** What was obtained for the address that is typed, if anything was. */
  #held(way: HTMLInputElement): Obtained | undefined {
    const kept = this.#obtained;
    if (way.dataset["path"] !== "ask" || kept?.type !== way.value) return undefined;
    return this.peek(kept.type) === kept.address ? kept : undefined;
  }

  #choose(): void {
    const allowed = listed(this.#question(), "ways");
    for (const one of this.#ways) show(one.parentElement ?? one, allowed.includes(one.id));
    const fields = [...this.#typedFields(), ...this.#wayFields()];
    showOnly(all("[data-field]", this.root), (one) => fields.includes(one.dataset["field"] ?? ""));
    this.#label();
    this.tell([]);
  }

  /** Say what happens next: whether a code is sent, and who learns of it. */
  #label(): void {
    const way = this.#way();
    const next = way && (this.#held(way) ? "held" : (way.dataset["path"] ?? ""));
    const now = next === undefined ? ["open"] : ["code", next];
    showOnly(all("[data-for]", this.root), (one) => listed(one, "for").some((tag) => now.includes(tag)));
  }

  #question(): HTMLInputElement {
    return this.#chosen(this.#questions);
  }

  /** The way to a code, for a question that needs one. */
  #way(): HTMLInputElement | undefined {
    const allowed = listed(this.#question(), "ways");
    const ways = this.#ways.filter((one) => allowed.includes(one.id));
    return ways.length > 0 ? this.#chosen(ways) : undefined;
  }

  #chosen(among: readonly HTMLInputElement[]): HTMLInputElement {
    const chosen = among.find((one) => one.checked) ?? among[0];
    if (chosen === undefined) throw new Error("there is no question");
    // What is not offered any more may have been chosen before.
    chosen.checked = true;
    return chosen;
  }

  #typedFields(): string[] {
    return listed(this.#question(), "fields");
  }

  #wayFields(): string[] {
    const way = this.#way();
    return way ? listed(way, "fields") : [];
  }

  #nameOf(name: string): string {
    return find(`label[for="field-${name}"]`, this.root).textContent;
  }
}

function listed(element: HTMLElement, name: string): string[] {
  return (element.dataset[name] ?? "").split(" ").filter(Boolean);
}
