/** Save the proof as a file. It is made on the device and goes nowhere else. */

import type { Evidence } from "../types.ts";

export const FILE = "breachdesk-proof.json";

export function save(evidence: Evidence): void {
  const text = `${JSON.stringify(evidence)}\n`;
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = FILE;
  link.click();
  URL.revokeObjectURL(url);
}
