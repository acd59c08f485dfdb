/** Workers from static files of this origin, under its policy for Trusted Types. */

/** The parts of Trusted Types that are used; TypeScript's library does not know them yet. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL: (url: string) => string };
}

const trustedTypes = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
const policy = trustedTypes?.createPolicy("breachdesk", { createScriptURL: ownStatic });

/** Throws TypeError for an address that is not a static file of this origin. */
export function startWorker(address: string): Worker {
  const url = policy?.createScriptURL(address) ?? ownStatic(address);
  return new Worker(url, { type: "module" });
}

/** Let through what is a static file of this origin, and nothing else. */
function ownStatic(address: string): string {
  const url = new URL(address, location.origin);
  if (url.origin !== location.origin || !url.pathname.startsWith("/static/")) {
    throw new TypeError("not a script of this page");
  }
  return url.href;
}
