/** "See for yourself": what stays on the device beside what leaves it, as it happens. */

import type { Sent } from "../types.ts";
import { all, copyOf, fill, find, show } from "./dom.ts";
import { number } from "./words.ts";

const MANY: ReadonlySet<string> = new Set(["list", "puzzle"]);

export class Picture {
  readonly #root = find("#picture");
  readonly #typed = find('[data-part="typed"]', this.#root);
  readonly #typedNone = find('[data-part="typed-none"]', this.#root);
  readonly #sent = find('[data-part="sent"]', this.#root);
  readonly #sentNone = find('[data-part="sent-none"]', this.#root);
  readonly #lines = copyOf(find("#sent", this.#root));
  readonly #asked = new Map<string, HTMLElement>();

  constructor() {
    show(this.#root);
  }

  stays(typed: readonly { label: string; value: string }[]): void {
    for (const line of all("p", this.#typed)) line.remove();
    show(this.#typedNone, typed.length === 0);
    for (const { label, value } of typed) {
      const line = document.createElement("p");
      const name = document.createElement("small");
      name.textContent = label;
      const text = document.createElement("span");
      text.textContent = value;
      line.append(name, text);
      this.#typed.append(line);
    }
  }

  leaves(sent: Sent): void {
    show(this.#sentNone, false);
    // Each of these is one more request of the same kind: say them together.
    const before = MANY.has(sent.what) ? this.#asked.get(sent.what) : undefined;
    if (before !== undefined) {
      const value = find('[data-slot="value"]', before);
      value.textContent = `${value.textContent}\n${sent.value}`;
      return;
    }
    const line = find(`[data-sent="${sent.what}"]`, this.#lines).cloneNode(true) as HTMLElement;
    fill(line, "bytes", number(sent.bytes));
    fill(line, "value", sent.what === "page" ? number(Number(sent.value)) : sent.value);
    fill(line, "to", sent.to);
    this.#asked.set(sent.what, line);
    this.#sent.append(line);
  }

  nothingSent(): void {
    this.#sent.replaceChildren();
    this.#asked.clear();
    show(this.#sentNone);
  }
}
