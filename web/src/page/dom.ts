/** Finding and filling what the HTML holds. The script has no words of its own. */

/** The one element that a selector names. A page without it is not the page this script is for. */
export function find(selector: string, within: ParentNode = document): HTMLElement {
  const found = within.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`the page has no ${selector}`);
  return found;
}

export function all(selector: string, within: ParentNode = document): HTMLElement[] {
  return [...within.querySelectorAll<HTMLElement>(selector)];
}

/** The inputs that a selector names. */
export const inputs = (selector: string, within: ParentNode): HTMLInputElement[] => [
  ...within.querySelectorAll<HTMLInputElement>(selector),
];

/** Put a value into every place of this name. */
export function fill(within: ParentNode, slot: string, value: string): void {
  for (const place of all(`[data-slot="${slot}"]`, within)) place.textContent = value;
}

export function show(element: HTMLElement, visible = true): void {
  element.hidden = !visible;
}

/** Show those that match and hide their siblings of the same kind. */
export function showOnly(elements: readonly HTMLElement[], wanted: (one: HTMLElement) => boolean): void {
  for (const one of elements) show(one, wanted(one));
}

/** A copy of what a `<template>` holds. */
export function copyOf(template: HTMLElement): DocumentFragment {
  if (!(template instanceof HTMLTemplateElement)) throw new Error("not a template");
  return document.importNode(template.content, true);
}
