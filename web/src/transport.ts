/** Requests: what leaves the device, for how long it waits, and what a refusal means (10, 12). */
import { CheckError } from "./errors.ts";
import { readJson } from "./json.ts";
import { ANSWER_LIMIT, WAIT_MILLISECONDS } from "./limits.ts";
import { Strict } from "./strict.ts";
import type { Reason } from "./types.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Request {
  readonly url: string;
  /** A POST of these bytes; a GET without. */
  readonly body?: Uint8Array<ArrayBuffer>;
  /** What the body is, where it is not bytes. */
  readonly json?: true;
  /** The header `Breachdesk-Token` (10.1). */
  readonly token?: string;
  /** Bytes of the answer. */
  readonly limit: number;
  /** For more of them. */
  readonly over: Reason;
  /** For the status 404. */
  readonly missing?: Reason;
  /** The status of an answer, where it is not 200. */
  readonly status?: number;
  /** By the name of its problem. */
  readonly refused?: ReadonlyMap<string, Reason>;
}

/** A 404 for which the request named no reason. */
export class Missing extends CheckError {}

/** A token was refused (10.1). */
export class TokenRefused extends CheckError {}

const RETRY_AFTER = /^\d{1,5}$/;
const PROBLEM = "urn:breachdesk:problem:";
const STRICT = new Strict("problem");

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
      ...methodOf(request),
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      redirect: "error",
      mode: "cors",
      signal: abort.signal,
    });
    await checkStatus(response, request);
    return await readBody(response, request.limit, request.over);
  } catch (error) {
    if (error instanceof CheckError) throw error;
    throw new CheckError("network");
  } finally {
    clearTimeout(timer);
    // Ends what was refused before its last byte; nothing is left to end otherwise.
    abort.abort();
  }
}

function methodOf({ body, json, token }: Request): RequestInit {
  if (!body) return { method: "GET" };
  const headers = {
    "content-type": json ? "application/json" : "application/octet-stream",
    ...(token && { "breachdesk-token": token }),
  };
  return { method: "POST", body, headers };
}

async function checkStatus(response: Response, request: Request): Promise<void> {
  const { status, headers } = response;
  const { missing, refused } = request;
  if (status === (request.status ?? 200)) return;
  const after = headers.get("retry-after") ?? "";
  if (status === 429 || (status === 503 && after !== "")) {
    throw new CheckError("quota", RETRY_AFTER.test(after) ? Number(after) : undefined);
  }
  if (status === 404) {
    throw missing ? new CheckError(missing) : new Missing("problem");
  }
  if (status === 403 || refused) throw refusal(await readBody(response, ANSWER_LIMIT, "problem"), refused);
  throw new CheckError("problem");
}

/** What the problem document (RFC 9457; section 10) of a refusal means. */
function refusal(document: Uint8Array, refused: Request["refused"]): CheckError {
  const { type } = STRICT.mapping(readJson(document, ANSWER_LIMIT, "problem"));
  const name = STRICT.text(type).replace(PROBLEM, "");
  return name === "proof-of-work"
    ? new TokenRefused("token")
    : new CheckError(refused?.get(name) ?? "problem");
}

async function readBody(response: Response, limit: number, over: Reason): Promise<Uint8Array> {
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
