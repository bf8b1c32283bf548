import type { Bus, Message } from "../../drivers/bus/bus.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { Reply } from "../job/job.ts";
import type { Identity, Letter } from "./identity.ts";
import { replyProblem } from "./reply.ts";
import type { Topics } from "./topics.ts";

/** Sends what this device has to say; what cannot be sent is noted and nobody's problem. */
export class Post {
  readonly #bus: Bus;
  readonly #identity: Identity;
  readonly #trace: Trace;

  constructor(bus: Bus, identity: Identity, trace: Trace) {
    this.#bus = bus;
    this.#identity = identity;
    this.#trace = trace;
  }

  get topics(): Topics {
    return this.#identity.topics;
  }

  get session(): number {
    return this.#identity.session;
  }

  /** Id of this start of the board. */
  get boot(): string {
    return this.#identity.boot;
  }

  send(letter: Letter): void {
    this.sendMessage(this.#identity.message(letter));
  }

  sendMessage(message: Message): void {
    this.#bus
      .publish(message)
      .catch((error) => this.note("publish-failed", { topic: message.topic, error }));
  }

  /** Answers to whom asked; where that is not possible it is noted. */
  answer(reply: Reply | undefined, letter: Omit<Letter, "topic">): void {
    const problem = reply
      ? replyProblem(reply.topic, this.#identity.namespace)
      : "Cannot reply: the request has no Response Topic";
    if (problem || !reply) this.note("reply-refused", { problem });
    else {
      const message = this.#identity.message({ ...letter, topic: reply.topic });
      this.sendMessage(addressed(message, reply));
    }
  }

  note(kind: string, detail: Readonly<Record<string, unknown>>): void {
    this.#trace.note({ ...detail, area: "fleet", kind });
  }
}

export function addressed(message: Message, { correlation }: Reply): Message {
  return correlation ? { ...message, correlation } : message;
}
