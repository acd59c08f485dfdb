/**
 * What was written so far, kept between steps in this tab only: it survives a reload and a change
 * of the language, and is gone when the tab is closed. On a shared telephone it tells nobody.
 */

const PLACE = "breachdesk-report";

export interface Draft {
  readonly step: number;
  readonly fields: readonly (readonly [string, string])[];
}

export function saveDraft(form: HTMLFormElement, step: number): void {
  const fields = [...new FormData(form)].filter(
    (one): one is [string, string] => typeof one[1] === "string" && one[1] !== "",
  );
  try {
    sessionStorage.setItem(PLACE, JSON.stringify({ step, fields }));
  } catch {
    // A browser that stores nothing keeps no draft; the form works all the same.
  }
}

export function forgetDraft(): void {
  try {
    sessionStorage.removeItem(PLACE);
  } catch {
    // As above.
  }
}

/** The draft, if there is one that can be read. */
export function readDraft(): Draft | undefined {
  try {
    const found = JSON.parse(sessionStorage.getItem(PLACE) ?? "null") as unknown;
    return isDraft(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function isDraft(found: unknown): found is Draft {
  if (typeof found !== "object" || found === null) return false;
  const { step, fields } = found as { step?: unknown; fields?: unknown };
  return (
    Number.isInteger(step) &&
    Array.isArray(fields) &&
    fields.every((one) => Array.isArray(one) && one.every((part) => typeof part === "string"))
  );
}

/** Put a draft into fields that are still empty; true if it filled one that a person sees. */
export function fillFrom(form: HTMLFormElement, draft: Draft): boolean {
  const given = new Set([...new FormData(form)].filter(([, value]) => value !== "").map(([name]) => name));
  let filled = false;
  for (const [name, value] of draft.fields) {
    if (name === "form_key") set(form, name, value);
    else if (!given.has(name) && set(form, name, value)) filled ||= name !== "claim_token";
  }
  return filled;
}

function set(form: HTMLFormElement, name: string, value: string): boolean {
  let found = false;
  for (const field of form.querySelectorAll<HTMLInputElement>(`[name="${CSS.escape(name)}"]`)) {
    if (field.type === "radio" || field.type === "checkbox") {
      if (field.value === value) found = field.checked = true;
    } else {
      field.value = value;
      found = true;
    }
  }
  return found;
}
