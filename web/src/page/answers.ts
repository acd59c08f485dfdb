/** The three answers, each put into the words that the page holds for it. */

import type { Kind } from "../catalogue.ts";
import type { Answer, Covers, Found, Reason, ReleaseFacts } from "../types.ts";
import { all, copyOf, fill, find, show, showOnly } from "./dom.ts";
import { Checklist } from "./checklist.ts";
import { dayOf, listOf, momentOf, number, period, plural, timeIn } from "./words.ts";

type Of<K extends Answer["kind"]> = Extract<Answer, { kind: K }>;

export function showIncluded(state: HTMLElement, answer: Of<"included">): void {
  const several = answer.incidents.length > new Set(answer.incidents.map((one) => one.incident)).size;
  const note = find('[data-part="several"]', state);
  fill(note, "count", number(answer.incidents.length));
  show(note, several);
  find('[data-part="found"]', state).replaceChildren(...answer.incidents.map(foundBlock));
  for (const one of all("[data-elsewhere]", state)) {
    show(one, answer.incidents.every(({ incident }) => incident !== one.dataset["elsewhere"]));
  }
  const items = answer.incidents.flatMap((one) => one.items);
  new Checklist(find('[data-part="todo"]', state), items);
  handOver(answer.incidents[0], items);
  fillFacts(state, answer.release);
}

/** What one press takes to the desk: all items and one claim token, never what was typed. */
function handOver(found: Found | undefined, items: readonly string[]): void {
  const form = document.querySelector<HTMLFormElement>("#hand");
  if (form === null || found === undefined) return;
  const values = { incident: found.incident, claim_token: found.claim, items: items.join() };
  for (const [name, value] of Object.entries(values)) {
    find(`[name=${name}]`, form).setAttribute("value", value);
  }
}

/** Which evaluators took part, and which question led to the answer. */
export function tellQuestion(state: HTMLElement, kind: Kind, evaluators: readonly string[]): void {
  fill(state, "holders", listOf(evaluators));
  showOnly(all("[data-asked]", state), (one) => one.dataset["asked"] === kind);
}

function foundBlock(found: Found): Node {
  const templates = all("template[data-found]");
  const template = templates.find((one) => one.dataset["found"] === found.incident);
  if (template === undefined) return document.createTextNode("");
  const block = copyOf(template);
  show(find(".found-title", block), templates.length > 1);
  const variant = variantOf(found);
  showOnly(all("[data-plural]", block), (one) => one.dataset["plural"] === variant);
  fill(block, "count", number(found.items.length));
  if (found.first !== null && found.last !== null) {
    const { first, last } = period(found.first, found.last);
    fill(block, "first", first);
    fill(block, "last", last);
  }
  find(".items", block).append(...labelsOf(found.items));
  return block;
}

function variantOf(found: Found): string {
  if (found.items.length === 0) return "membership";
  const dated = found.first !== null && found.last !== null ? "dated" : "undated";
  return `${dated} ${plural(found.items.length)}`;
}

/** Labels of the items, the most urgent first, as the checklist of the page names them. */
function labelsOf(items: readonly string[]): HTMLLIElement[] {
  return all("[data-item]", copyOf(find("#tasks")))
    .filter((one) => items.includes(one.dataset["item"] ?? ""))
    .map((one) => {
      const line = document.createElement("li");
      line.textContent = one.textContent;
      return line;
    });
}

export function showNotFound(state: HTMLElement, answer: Of<"not-found">, lookup: string): void {
  const date = publishedOn(answer.release);
  show(find('[data-part="dated"]', state), date !== null);
  show(find('[data-part="undated"]', state), date === null);
  fill(state, "date", date ?? "");
  fillCovers(state, answer.covers);
  for (const button of all('[data-do="ask"]', state)) {
    show(button, button.dataset["lookup"] !== lookup);
  }
  fillFacts(state, answer.release);
}

function fillCovers(state: HTMLElement, covers: Covers): void {
  for (const block of all("[data-cover]", state)) {
    const one = covers.incidents.find(({ incident }) => incident === block.dataset["cover"]);
    show(block, one !== undefined);
    if (one === undefined) continue;
    const missing = one.subjects - one.findable;
    fill(block, "subjects", number(one.subjects));
    fill(block, "missing", number(missing));
    fill(block, "rejected", number(one.rejected));
    const wanted = [
      missing > 0 ? (one.findable > 0 ? "missing" : "none") : "missing-none",
      one.rejected > 0 ? "rejected" : "rejected-none",
    ];
    showOnly(all("[data-when]", block), (line) => wanted.includes(line.dataset["when"] ?? ""));
  }
}

/** Which words of the page explain a reason; every other reason is a proof that does not hold. */
const WHY: Readonly<Partial<Record<Reason, string>>> = {
  network: "network",
  problem: "server",
  quota: "busy",
  service: "server",
  epoch: "server",
  token: "server",
  channel: "sender",
  code: "sender",
  clock: "clock",
  stale: "stale",
  rollback: "history",
  fork: "history",
  retired: "retired",
  "manifest-version": "version",
  script: "script",
};

/** Of the channel service: a limit of codes, and its silence. */
const WHY_NO_CODE: typeof WHY = { quota: "codes", network: "sender", problem: "sender" };

function whyOf(reason: Reason, coding: boolean): string {
  // Off line the worker cannot be loaded either, which would be the reason `script`.
  const failed = reason === "network" || reason === "script";
  if (failed && !navigator.onLine) return "offline";
  return (coding ? WHY_NO_CODE[reason] : undefined) ?? WHY[reason] ?? "tampered";
}

/** `coding`: it was the channel service that was asked. */
export function showUnverifiable(
  state: HTMLElement,
  answer: Of<"unverifiable">,
  coding: boolean,
): void {
  const why = whyOf(answer.reason, coding);
  showOnly(all("[data-why]", state), (one) => one.dataset["why"] === why);
  fill(state, "reason", answer.reason);
  const evaluator = answer.detail?.evaluator;
  fill(state, "holder", evaluator ?? "");
  show(find('[data-part="holder"]', state), evaluator !== undefined);
  const seconds = answer.detail?.retryAfter;
  for (const part of all('[data-part="busy-when"]', state)) show(part, seconds !== undefined);
  for (const part of all('[data-part="busy-later"]', state)) show(part, seconds === undefined);
  fill(state, "time", seconds === undefined ? "" : timeIn(seconds));
}

function fillFacts(state: HTMLElement, release: ReleaseFacts): void {
  const date = publishedOn(release);
  fill(state, "number", number(release.number));
  fill(state, "published", date ?? "");
  for (const part of all('[data-part="published"]', state)) show(part, date !== null);
  fill(state, "fresh", momentOf(release.freshAt));
  fill(state, "root", release.root.slice(0, 16));
  fill(state, "entry", release.entryHash.slice(0, 16));
  const { witnesses } = release;
  fill(state, "witnesses", listOf(witnesses.map(({ name, at }) => `${name} (${momentOf(at)})`)));
  show(find('[data-part="unwitnessed"]', state), witnesses.length === 0);
  fill(state, "log-key", release.logKey);
}

/** The day on which the release was published, if the page knew of it when it was loaded. */
function publishedOn(release: ReleaseFacts): string | null {
  const line = all("[data-release]").find((one) => one.dataset["release"] === String(release.number));
  const date = line?.dataset["date"];
  return date === undefined ? null : dayOf(date);
}
