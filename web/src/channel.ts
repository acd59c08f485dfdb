/** What a client says to the channel service (PROTOCOL sections 4.4 and 10). */
import { toHex, utf8 } from "./bytes.ts";
import { readJson } from "./json.ts";
import { ANSWER_LIMIT, EVALUATION_BYTES } from "./limits.ts";
import { Requests, type Surroundings } from "./requests.ts";
import { readService } from "./service.ts";
import { Strict } from "./strict.ts";
import type { Reason, ServiceDocument, Told, ToChannel } from "./types.ts";

const STRICT = new Strict("channel");
const REFUSED: ReadonlyMap<string, Reason> = new Map([
  ["wrong-code", "code"],
  ["not-served", "channel"],
  ["invalid-request", "channel"],
]);

export interface ChannelEnvironment extends Surroundings {
  readonly service: ServiceDocument;
  /** The epoch that the page knows of: the manifest decides later whether T is of it. */
  readonly epoch: number;
}

/**
 * Asks for a code, or exchanges one for the evaluation of an address. Whether that is one, and its
 * proof holds, is seen where the question is formed.
 *
 * Throws CheckError.
 */
export async function toChannel({ path, body }: ToChannel, env: ChannelEnvironment): Promise<Told> {
  const base = readService(env.service).channel?.url ?? STRICT.fail();
  const requests = new Requests(env);
  const asks = path === "ask";
  const what = asks ? "address" : "code";
  const sent = { what, value: [body["address"], body["code"]].filter(Boolean).join(" ") } as const;
  const request = {
    url: `${base}/v1/channel/${path}`,
    body: Uint8Array.from(utf8(JSON.stringify(body))),
    json: true,
    limit: asks ? ANSWER_LIMIT : EVALUATION_BYTES,
    over: "channel",
    missing: "channel",
    refused: REFUSED,
    ...(asks && { status: 202 }),
  } as const;
  const price = { base, kind: "channel", epoch: env.epoch, reason: "channel" } as const;
  const answer =
    path === "token"
      ? await requests.send("code", sent, request)
      : await requests.paid("code", sent, request, price);
  return asks ? readTicket(answer) : { type: "token", evaluation: answer };
}

function readTicket(answer: Uint8Array): Told {
  const { ticket, expires_in } = STRICT.object(readJson(answer, ANSWER_LIMIT, "channel"), [
    "ticket",
    "expires_in",
  ]);
  const seconds = STRICT.integer(expires_in, 1, 86_400);
  return { type: "sent", ticket: toHex(STRICT.hex(ticket, 16)), seconds };
}
