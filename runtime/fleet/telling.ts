import type { Bus, Message } from "../../drivers/bus/bus.ts";
import { isTerminal, type JobEvent } from "../job/job.ts";
import type { Identity } from "./identity.ts";
import type { Numbered, Outbox } from "./outbox.ts";
import { addressed, type Post } from "./post.ts";
import { replyProblem } from "./reply.ts";

/** An event of a job as it waits on disk: `correlation` in base64. */
export interface KeptEvent {
  readonly event: Omit<JobEvent, "reply">;
  readonly reply?: { readonly topic: string; readonly correlation?: string };
}

interface OnItsWay {
  readonly event: JobEvent;
  /** Its number in the outbox, once it is there. */
  seq?: number;
  /** `keep` has seen it waiting before. */
  waited: boolean;
}

const eventExpirySeconds = 24 * 3600;

/**
 * Tells the fleet what becomes of jobs. An event that the broker does not take within a second or
 * two goes through the outbox on disk; one that it takes at once costs no write. The ends of jobs
 * are in the ledger anyway, until they are told.
 */
export class Telling {
  readonly #bus: Bus;
  readonly #identity: Identity;
  readonly #post: Post;
  readonly #outbox: Outbox<KeptEvent>;
  readonly #told: (event: JobEvent) => Promise<void>;
  readonly #onTheirWay = new Set<OnItsWay>();

  constructor(
    bus: Bus,
    { identity, post }: { identity: Identity; post: Post },
    outbox: Outbox<KeptEvent>,
    told: (event: JobEvent) => Promise<void>,
  ) {
    this.#bus = bus;
    this.#identity = identity;
    this.#post = post;
    this.#outbox = outbox;
    this.#told = told;
  }

  /** In their order; `told` follows for each end once the broker has it. */
  tell(events: readonly JobEvent[]): void {
    for (const event of events) void this.#send({ event, waited: false });
  }

  /** A new connection: what waits on disk and is not on its way goes now. */
  again(): void {
    const known = new Set([...this.#onTheirWay].map(({ seq }) => seq));
    for (const kept of this.#outbox.waiting) {
      if (!known.has(kept.seq)) void this.#send({ ...eventOf(kept), waited: true });
    }
  }

  /** To be called about once a second: puts on disk what has waited since the last call, or all. */
  async keep(what: "waiting" | "all"): Promise<void> {
    for (const one of [...this.#onTheirWay]) {
      one.waited ||= what === "all";
      if (one.waited && one.seq === undefined && needsOutbox(one.event)) {
        one.seq = (await this.#outbox.add(keptOf(one.event))).seq;
        // Told while it was being written.
        if (!this.#onTheirWay.has(one)) await this.#outbox.sent(one.seq);
      }
      one.waited = true;
    }
  }

  async #send(one: OnItsWay): Promise<void> {
    const { event } = one;
    this.#onTheirWay.add(one);
    try {
      await Promise.all(this.#messages(event).map((message) => this.#bus.publish(message)));
    } catch (error) {
      this.#post.note("event-not-told", { jobId: event.jobId, state: event.state, error });
      return;
    } finally {
      this.#onTheirWay.delete(one);
    }
    if (one.seq !== undefined) await this.#outbox.sent(one.seq);
    if (isTerminal(event.state)) await this.#told(event);
  }

  #messages(event: JobEvent): readonly Message[] {
    const { jobId, reply, wallMs } = event;
    const problem = reply && replyProblem(reply.topic, this.#identity.namespace);
    if (problem) this.#post.note("reply-refused", { problem, jobId });
    const message = this.#identity.message({
      ...{ topic: this.#identity.topics.event, type: "speech.event", wallMs },
      ...{ data: dataOf(event, problem), expirySeconds: eventExpirySeconds },
      ...(jobId === null ? {} : { corr: jobId }),
    });
    if (!reply || problem) return [message];
    return [message, addressed({ ...message, topic: reply.topic }, reply)];
  }
}

/** The ends of jobs outlive a power cut in the ledger. */
function needsOutbox({ state, request }: JobEvent): boolean {
  return request !== undefined || !isTerminal(state);
}

function dataOf(event: JobEvent, replyRefused: string | undefined) {
  const { reply: _reply, wallMs: _wallMs, ...data } = event;
  return { ...data, ...(replyRefused === undefined ? {} : { replyRefused }) };
}

function keptOf({ reply, ...event }: JobEvent): KeptEvent {
  if (!reply) return { event };
  const { topic, correlation } = reply;
  if (!correlation) return { event, reply: { topic } };
  return { event, reply: { topic, correlation: Buffer.from(correlation).toString("base64") } };
}

function eventOf({ event, reply, seq }: Numbered<KeptEvent>): { event: JobEvent; seq: number } {
  if (!reply) return { event, seq };
  const { topic, correlation } = reply;
  const bytes = correlation === undefined ? undefined : Buffer.from(correlation, "base64");
  return { event: { ...event, reply: { topic, ...(bytes ? { correlation: bytes } : {}) } }, seq };
}
