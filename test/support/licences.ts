import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { countedStamps } from "../../drivers/clock/stamps.ts";
import { type Scripted, ScriptedEnquiry } from "../../drivers/enquiry/scripted.ts";
import type { Lease } from "../../runtime/content/licence/lease.ts";
import { publicKeyOf } from "../../runtime/content/licence/seal.ts";
import { newCode } from "../../runtime/studio/licence/code.ts";
import {
  answerLicenceRequest,
  type Decision,
  type LicenceBook,
  type PoolKey,
} from "../../runtime/studio/licence/exchange.ts";
import type { PoolTerms, SeatTerms, Shelf } from "../../runtime/studio/licence/grant.ts";

export const dayMs = 24 * 3_600_000;

/** A studio that keeps its pools in memory, and answers as the real one does. */
export class LicenceStudio implements LicenceBook {
  readonly key: KeyObject = generateKeyPairSync("ed25519").privateKey;
  readonly signer = publicKeyOf(this.key);
  readonly code = newCode(Buffer.from("0123456789"));
  readonly enquiry: ScriptedEnquiry;
  /** Whether anybody reaches it. */
  isThere = true;
  seats: SeatTerms[] = [];
  pool: PoolTerms;
  readonly #nowMs: () => number;
  readonly #stamps = countedStamps(new ManualClock());

  constructor(nowMs: () => number, pool: Partial<PoolTerms> = {}) {
    this.#nowMs = nowMs;
    const untilMs = Number.MAX_SAFE_INTEGER;
    const bought = { id: "pool", kind: "bought", application: null, seats: 2, untilMs } as const;
    this.pool = { ...bought, ...pool };
    this.enquiry = new ScriptedEnquiry((path, question) => this.#script(path, question));
  }

  async settle(by: PoolKey, decide: (shelf: Shelf | undefined) => Decision): Promise<Decision> {
    const isKnown = "pool" in by ? by.pool === this.pool.id : by.activation === this.code;
    const decision = decide(isKnown ? this : undefined);
    if (!("seat" in decision)) return decision;
    const { seat } = decision;
    this.seats = [...this.seats.filter((one) => one.deviceKey !== seat.deviceKey), seat];
    return decision;
  }

  /** Answers a request as it was posted, or brought by hand. */
  answer(kind: "activate" | "renew", body: Uint8Array) {
    const desk = { book: this, key: this.key, newId: () => this.#stamps.newId() };
    return answerLicenceRequest(kind, body, desk, this.#nowMs());
  }

  /** The lease for a request, or the code of its refusal. */
  async lease(kind: "activate" | "renew", request: object): Promise<Lease | string> {
    const { body } = await this.answer(kind, Buffer.from(JSON.stringify(request)));
    return "lease" in body ? body.lease : body.code;
  }

  async #script(path: string, question: Uint8Array): Promise<Scripted> {
    if (!this.isThere) return "unreachable";
    const kind = path.endsWith("/activate") ? "activate" : "renew";
    const { status, body } = await this.answer(kind, question);
    return { status, body: Buffer.from(JSON.stringify(body)) };
  }
}

/** The same studio on this machine, over HTTP. */
export async function serveLicences(studio: LicenceStudio) {
  const server = createServer(async (request, response) => {
    const kind = /^\/api\/v1\/licences\/(activate|renew)$/.exec(request.url ?? "")?.[1];
    if (request.method !== "POST" || !kind) return response.writeHead(404).end();
    const question = Buffer.concat(await request.toArray());
    const { status, body } = await studio.answer(kind as "activate" | "renew", question);
    return response
      .writeHead(status, { "content-type": "application/json" })
      .end(JSON.stringify(body));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
