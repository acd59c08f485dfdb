/** Solves one puzzle of the desk, off the page's main thread: a challenge comes, a token goes. */
import { tokenOf } from "./challenge.ts";

self.addEventListener("message", ({ data }: MessageEvent<Uint8Array>) => {
  self.postMessage(tokenOf(data, "desk", 1, "problem"));
});
