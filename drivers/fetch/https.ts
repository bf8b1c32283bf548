import type { ClientRequest, IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { limits } from "../../config/limits.ts";
import { type Head, readHead, refusalOf } from "./answer.ts";
import { type Fetch, FetchError, type Fetched, type FetchWish } from "./fetch.ts";
import { Inflow } from "./inflow.ts";
import { Patience } from "./patience.ts";

export interface HttpsOptions {
  /** Certificates in PEM of who may vouch for servers; else those that Node knows. */
  readonly ca?: string | undefined;
  readonly stallMsMax?: number;
  readonly stallBytes?: number;
}

/** One question and what came of it: an answer, or where to ask instead. */
interface Exchange {
  readonly outgoing: ClientRequest;
  readonly answer: IncomingMessage;
}

/**
 * HTTPS by Node's own client: ranges (RFC 9110, 14) under `If-Range`, redirections to https alone.
 * Connections are kept for the next file; disposing ends them.
 */
export class HttpsFetch implements Fetch, Disposable {
  readonly #agent: Agent;
  readonly #options: HttpsOptions;

  constructor(options: HttpsOptions = {}) {
    const { ca } = options;
    this.#options = options;
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets: 4,
      ...(ca === undefined ? {} : { ca }),
    });
  }

  async get(url: string, wish: FetchWish, abort: AbortSignal): Promise<Fetched> {
    abort.throwIfAborted();
    const patience = this.#patience(url);
    const { exchange, from } = await this.#ask(url, wish, { patience, abort });
    const { answer, outgoing } = exchange;
    answer.on("error", () => {});
    try {
      const head = readHead(url, answer, from);
      // A server that knows no If-Range may give the rest of another file.
      const isOther = head.from > 0 && wish.tag !== undefined && head.tag !== wish.tag;
      if (isOther) {
        outgoing.destroy();
        return this.get(url, { bytesMax: wish.bytesMax }, abort);
      }
      demandSize(url, head.bytes ?? 0, wish.bytesMax);
      const chunks = bodyOf(url, { head, exchange, patience, abort, bytesMax: wish.bytesMax });
      return { from: head.from, bytes: head.bytes, tag: head.tag, chunks };
    } catch (error) {
      outgoing.destroy();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  /** Follows redirections; a range that is not to be had becomes the whole file. */
  async #ask(
    url: string,
    { from = 0, tag }: FetchWish,
    { patience, abort }: { readonly patience: Patience; readonly abort: AbortSignal },
  ): Promise<{ readonly exchange: Exchange; readonly from: number }> {
    let place = placeOf(url, url);
    let first = from;
    for (let hops = 0; hops <= limits.contentRedirectsMax; hops++) {
      const exchange = await patience.wait(
        this.#exchange(place, rangeOf(first, tag), abort),
        abort,
      );
      const { statusCode: status = 0, headers } = exchange.answer;
      if (status === 200 || status === 206) return { exchange, from: first };
      exchange.answer.on("error", () => {});
      exchange.outgoing.destroy();
      if (isRedirection(status) && headers.location !== undefined) {
        place = placeOf(headers.location, url, place);
      } else if (status === 416 && first > 0) first = 0;
      else throw refusalOf(url, status, headers);
    }
    const most = limits.contentRedirectsMax;
    throw new FetchError("FETCH_REDIRECTED", url, `it redirects more than ${most} times`);
  }

  #exchange(
    place: URL,
    range: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Exchange> {
    const headers = { "accept-encoding": "identity", "user-agent": "frontdesk", ...range };
    return new Promise((resolve, reject) => {
      const outgoing = request(place, { agent: this.#agent, headers, signal });
      outgoing.on("response", (answer) => resolve({ outgoing, answer }));
      outgoing.on("error", reject);
      outgoing.end();
    });
  }

  #patience(url: string): Patience {
    const { stallMsMax = limits.contentStallMsMax } = this.#options;
    return new Patience(url, stallMsMax, this.#options.stallBytes ?? limits.contentStallBytes);
  }
}

interface Body {
  readonly head: Head;
  readonly exchange: Exchange;
  readonly patience: Patience;
  readonly abort: AbortSignal;
  readonly bytesMax: number;
}

async function* bodyOf(
  url: string,
  { head, exchange, patience, abort, bytesMax }: Body,
): AsyncGenerator<Uint8Array> {
  const inflow = new Inflow(exchange.answer);
  let at = head.from;
  try {
    for (;;) {
      const part = await patience.wait(inflow.next(), abort, "FETCH_CUT");
      if (part === undefined) break;
      at += part.length;
      demandSize(url, at, bytesMax);
      patience.got(part.length);
      yield part;
    }
  } finally {
    // Read to its end, the connection serves the next file.
    if (!exchange.answer.complete) exchange.outgoing.destroy();
  }
  const isWhole = exchange.answer.complete && at >= (head.bytes ?? 0);
  if (!isWhole) throw new FetchError("FETCH_CUT", url, cutAt(at, head.bytes));
}

function cutAt(at: number, bytes: number | undefined): string {
  return `it ended at byte ${at}${bytes === undefined ? "" : ` of ${bytes}`}`;
}

function demandSize(url: string, bytes: number, bytesMax: number): void {
  if (bytes <= bytesMax) return;
  const fault = `it has ${bytes} bytes or more, ${bytesMax} are the most`;
  throw new FetchError("FETCH_TOO_LARGE", url, fault);
}

function rangeOf(from: number, tag: string | undefined): Readonly<Record<string, string>> {
  if (from === 0) return {};
  return { range: `bytes=${from}-`, ...(tag === undefined ? {} : { "if-range": tag }) };
}

function isRedirection(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** Where to ask. Encryption is never left on the way. */
function placeOf(location: string, url: string, base?: URL): URL {
  const code = base === undefined ? "FETCH_URL" : "FETCH_REDIRECTED";
  const place = URL.parse(location, base?.href);
  if (place === null) throw new FetchError(code, url, "an https URL is due");
  if (place.protocol === "https:") return place;
  throw new FetchError(code, url, `${place.protocol} is no https:`);
}
