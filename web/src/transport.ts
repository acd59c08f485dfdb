/** Requests: what leaves the device, for how long it waits, and what a refusal means (10, 12). */
import { CheckError } from "./errors.ts";
import { WAIT_MILLISECONDS } from "./limits.ts";
import type { Reason } from "./types.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Request {
  readonly url: string;
  /** A POST of these bytes; a GET without. */
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Bytes of the answer. */
  readonly limit: number;
  /** For more of them. */
  readonly over: Reason;
  /** For the status 404. */
  readonly missing?: Reason;
}

/** A 404 for which the request named no reason. */
export class Missing extends CheckError {}

const RETRY_AFTER = /^\d{1,5}$/;
const BINARY = { "content-type": "application/octet-stream" };

/**
 * The body of the answer.
 *
 * Throws CheckError: network, problem (Missing for 404), quota, or what the request names.
 */
export async function send(fetch: Fetch, request: Request): Promise<Uint8Array> {
  const abort = new AbortController();
  const timer = setTimeout(() => {
    abort.abort();
  }, WAIT_MILLISECONDS);
  try {
    const response = await fetch(request.url, {
      ...(request.body ? { method: "POST", body: request.body, headers: BINARY } : { method: "GET" }),
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      redirect: "error",
      mode: "cors",
      signal: abort.signal,
    });
    checkStatus(response, request);
    return await readBody(response, request);
  } catch (error) {
    if (error instanceof CheckError) throw error;
    throw new CheckError("network");
  } finally {
    clearTimeout(timer);
    // Ends what was refused before its last byte; nothing is left to end otherwise.
    abort.abort();
  }
}

function checkStatus({ status, headers }: Response, { missing }: Request): void {
  if (status === 200) return;
  const after = headers.get("retry-after") ?? "";
  if (status === 429 || (status === 503 && after !== "")) {
    throw new CheckError("quota", RETRY_AFTER.test(after) ? Number(after) : undefined);
  }
  if (status === 404) {
    throw missing ? new CheckError(missing) : new Missing("problem");
  }
  throw new CheckError("problem");
}

async function readBody(response: Response, { limit, over }: Request): Promise<Uint8Array> {
  const bytes = new Uint8Array(limit);
  const reader = response.body?.getReader();
  let length = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    if (length + value.length > limit) throw new CheckError(over);
    bytes.set(value, length);
    length += value.length;
  }
  return bytes.subarray(0, length);
}
