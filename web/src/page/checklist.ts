/** What to do, the most urgent first. Ticks are kept in memory: on a shared device they would tell. */

import { all, copyOf, fill, find, inputs, show } from "./dom.ts";
import { number } from "./words.ts";

export class Checklist {
  readonly #root: HTMLElement;

  constructor(root: HTMLElement, items: readonly string[]) {
    this.#root = root;
    const lines = all("[data-task]", copyOf(find("#tasks"))).filter((line) => keepItems(line, items));
    find('[data-part="tasks"]', root).replaceChildren(...lines);
    show(root, lines.length > 0);
    dropRepeated(root);
    for (const box of this.#boxes()) {
      box.addEventListener("change", () => {
        this.#tick(box);
      });
    }
    this.#count();
  }

  #boxes(): HTMLInputElement[] {
    return inputs('input[type="checkbox"]', this.#root);
  }

  #tick(box: HTMLInputElement): void {
    box.closest("[data-task]")?.classList.toggle("done", box.checked);
    this.#count();
  }

  #count(): void {
    const boxes = this.#boxes();
    const progress = find('[data-part="progress"]', this.#root);
    fill(progress, "total", number(boxes.length));
    fill(progress, "done", number(boxes.filter((box) => box.checked).length));
    show(progress, boxes.length > 0);
  }
}

/** Each advice once: what is a step above, or stands in a list above, is not listed again. */
function dropRepeated(root: HTMLElement): void {
  const seen = new Set(all(".task-step", root).map((one) => one.textContent));
  for (const list of all("details", root)) {
    for (const one of all("li", list)) if (seen.has(one.textContent)) one.remove();
    for (const one of all("li", list)) seen.add(one.textContent);
    show(list, list.querySelector("li") !== null);
  }
}

/** Leave the items in the line that leaked, and tie its tick to them; false if none did. */
function keepItems(line: HTMLElement, items: readonly string[]): boolean {
  const labels = all("[data-item]", line);
  const leaked = labels.filter((one) => items.includes(one.dataset["item"] ?? ""));
  for (const one of labels) if (!leaked.includes(one)) one.remove();
  const box = line.querySelector("input");
  const words = leaked.map((one) => one.textContent).join(", ");
  const done = box?.parentElement?.textContent.trim() ?? "";
  box?.setAttribute("aria-label", `${done}: ${words}`);
  return leaked.length > 0;
}
