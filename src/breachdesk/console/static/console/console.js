// The console's script: passkeys, keys, prepared texts, live numbers. Everything else works without.
// It writes text only, never markup.

const typing = (node) => node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement || node instanceof HTMLSelectElement;

/* Passkeys */

async function post(path, token, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body ?? {}),
    redirect: "error",
  });
  if (!answer.ok) throw new Error("refused");
  return answer.json();
}

async function passkey(button) {
  const kind = button.dataset.passkey;
  const token = button.dataset.token;
  const options = await post(`/passkey/${kind}/begin/`, token);
  const made =
    kind === "register"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  await post(`/passkey/${kind}/complete/`, token, made.toJSON());
  location.assign(button.dataset.next);
}

for (const button of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
    button.hidden = true;
    continue;
  }
  button.addEventListener("click", async () => {
    const failed = document.querySelector("[data-passkey-failed]");
    failed.hidden = true;
    button.disabled = true;
    try {
      await passkey(button);
    } catch {
      failed.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}

/* Keys: one letter presses what shows it; J and K move between rows. Never while somebody types, and
   not where they were turned off (WCAG 2.1.4): speech input would press them by accident. */

const OFF = "console-keys-off";
const toggle = document.querySelector("[data-keys]");
if (toggle) {
  toggle.checked = localStorage.getItem(OFF) === null;
  toggle.addEventListener("change", () => {
    if (toggle.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  });
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (rows.length === 0) return;
  const now = rows.indexOf(document.activeElement);
  rows[Math.min(rows.length - 1, Math.max(0, now + step))].focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  if (localStorage.getItem(OFF) !== null) return;
  if (event.key === "j" || event.key === "k") {
    if (document.querySelector("[data-row]")) {
      event.preventDefault();
      move(event.key === "j" ? 1 : -1);
      return;
    }
  }
  const wanted = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
  if (!wanted) return;
  event.preventDefault();
  if (typing(wanted)) wanted.focus();
  else wanted.click();
});

/* A prepared text goes where the cursor writes; nothing that was typed is lost. */

for (const list of document.querySelectorAll("[data-fills]")) {
  list.addEventListener("change", () => {
    const field = document.getElementById(list.dataset.fills);
    if (list.value) field.value = field.value.trim() ? `${field.value.trimEnd()}\n\n${list.value}` : list.value;
    field.focus();
  });
}

document.querySelector('[role="alert"]:not([hidden]), [data-focus]')?.focus();

/* The board: numbers change in place, nothing moves. */

const live = document.querySelector("[data-live]");
if (live) {
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(live.dataset.live, { redirect: "error" });
      if (!answer.ok) return;
      const numbers = await answer.json();
      for (const field of live.querySelectorAll("[data-name]")) {
        if (field.dataset.name in numbers) field.textContent = String(numbers[field.dataset.name]);
      }
    } catch {
      // The numbers stay as they are until the next look.
    }
  }, 10_000);
}
