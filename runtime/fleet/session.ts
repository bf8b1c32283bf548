import { Type } from "typebox";
import type { Bus, Message } from "../../drivers/bus/bus.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { JobEvent, Reply } from "../job/job.ts";
import { type Command, type CommandTable, command } from "./command.ts";
import { Commands } from "./commands.ts";
import type { SpeechNow } from "./data.ts";
import type { Identity } from "./identity.ts";
import type { Outbox } from "./outbox.ts";
import { Post } from "./post.ts";
import { type KeptEvent, Telling } from "./telling.ts";

/** What the rest of the kiosk does for the fleet. */
interface FleetHandlers {
  /** Resolves when the job is safe or refused; only then does the broker let go of the message. */
  submit(payload: Uint8Array, request: Incoming): Promise<readonly JobEvent[]>;
  cancel(payload: Uint8Array, request: Incoming): Promise<readonly JobEvent[]>;
  /** Takes a part of a streamed job; what it returns is told. */
  stream?(jobId: string, payload: Uint8Array, request: Incoming): readonly JobEvent[];
  /** The broker has acknowledged this event. */
  told(event: JobEvent): Promise<void>;
  /** `init` until there is a picture, then `ready`; `sleeping` while the screen is to be off. */
  state(): "init" | "ready" | "sleeping";
  /** Takes a `config/desired`; resolves when what becomes of it is on disk. */
  configure?(payload: Uint8Array): Promise<void>;
  /** Takes a `content/desired`; resolves when what becomes of it is on disk. */
  equip?(payload: Uint8Array): Promise<void>;
  /** What `echo` sent has come back. */
  echoed?(): void;
  /** A fleet manager says that it came or went. */
  host?(payload: Uint8Array): void;
  /** Commands besides ping, which is always there; the long ones are followed to their end. */
  readonly commands?: { readonly short: CommandTable; readonly long: CommandTable };
  /** Events of jobs that the broker does not have yet. */
  readonly outbox: Outbox<KeptEvent>;
  /** Model, versions, capabilities, tier: what the device says of itself on every connection. */
  info(): Readonly<Record<string, unknown>>;
}

export interface Incoming {
  readonly expirySeconds?: number;
  readonly reply?: Reply;
}

/**
 * The device on the bus: says who it is on every connection, takes jobs and cancellations in, and
 * tells what becomes of them. Disposal says goodbye; dispose the bus after it.
 */
export class FleetSession implements Disposable {
  readonly #bus: Bus;
  readonly #identity: Identity;
  readonly #trace: Trace;
  readonly #handlers: FleetHandlers;
  readonly #commands: Commands;
  readonly #telling: Telling;
  #connected = false;
  #leaving = false;
  #shown: { readonly text: string; readonly atMs: number } | undefined;

  constructor(bus: Bus, identity: Identity, trace: Trace, handlers: FleetHandlers) {
    this.#bus = bus;
    this.#identity = identity;
    this.#trace = trace;
    this.#handlers = handlers;
    const { short = {}, long = {} } = handlers.commands ?? {};
    const post = new Post(bus, identity, trace);
    this.#commands = new Commands(post, { ping: this.#ping(), ...short }, long);
    this.#telling = new Telling(bus, { identity, post }, handlers.outbox, handlers.told);
    const { submit, cancel, stream, commands, desired, contentDesired, host } = identity.topics;
    const topics = [submit, cancel, stream, commands, desired, contentDesired, host];
    bus
      .subscribe(topics, (message) => this.#receive(message))
      .catch((error) => this.#note("subscribe-failed", { error }));
    bus.onState((state) => {
      const expected = this.#leaving || (!this.#connected && state.kind === "disconnected");
      this.#connected = state.kind === "connected";
      if (!expected) this.#note(state.kind, { ...state, session: identity.session });
      if (!this.#connected) return;
      void this.#sayHello();
      this.#telling.again();
    });
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Says state and info again because one of them has changed. */
  refresh(): void {
    if (this.#connected) void this.#sayHello();
  }

  /** Publishes events in their order; `told` follows for each once the broker has it. */
  publish(events: readonly JobEvent[]): void {
    this.#telling.tell(events);
  }

  /** To be called about once a second: what the broker has not taken by then goes to disk. */
  keep(what: "waiting" | "all" = "waiting"): Promise<void> {
    return this.#telling.keep(what);
  }

  /** Keeps `speech/now` true: to be called often, it is sent when it changed or grew old. */
  show(now: SpeechNow, nowMs: number): void {
    const text = JSON.stringify(now);
    const fresh = this.#shown?.text === text && nowMs - this.#shown.atMs < nowRefreshMs;
    if (fresh || !this.#connected) return;
    this.#shown = { text, atMs: nowMs };
    const topic = this.#identity.topics.now;
    const delivery = { qos: 0, retain: true, expirySeconds: nowExpirySeconds } as const;
    this.#send(
      this.#identity.message({ topic, type: "speech.now", data: { ...now }, ...delivery }),
    );
  }

  /** Sends a message to this device itself, by way of the broker. */
  echo(): void {
    const topic = this.#identity.topics.echo;
    this.#send(this.#identity.message({ topic, type: "cmd.echo", data: {}, expirySeconds: 30 }));
  }

  /** Says goodbye, so that nobody takes the silence for a loss. */
  [Symbol.dispose](): void {
    if (this.#connected) this.#send(this.#identity.state("disconnected"));
    this.#connected = false;
    this.#leaving = true;
  }

  async #sayHello(): Promise<void> {
    // A number that a power cut could take back must not be seen.
    await this.#identity.saved();
    this.#shown = undefined;
    const { topics } = this.#identity;
    this.#send(this.#identity.state(this.#handlers.state()));
    const data = this.#handlers.info();
    this.#send(this.#identity.message({ topic: topics.info, type: "info", data, retain: true }));
  }

  async #receive(message: Message): Promise<void> {
    const { topic, payload } = message;
    const { topics } = this.#identity;
    const request = requestOf(message);
    if (topic === topics.submit) this.publish(await this.#handlers.submit(payload, request));
    else if (topic === topics.cancel) this.publish(await this.#handlers.cancel(payload, request));
    else if (topic === topics.desired) await this.#handlers.configure?.(payload);
    else if (topic === topics.contentDesired) await this.#handlers.equip?.(payload);
    else if (topic === topics.host) this.#handlers.host?.(payload);
    else if (topic === topics.echo) this.#handlers.echoed?.();
    else if (topic.startsWith(topics.stream.slice(0, -1))) {
      const jobId = topic.slice(topics.stream.length - 1);
      this.publish(this.#handlers.stream?.(jobId, payload, request) ?? []);
    } else this.#commands.receive(message, request.reply);
  }

  #ping(): Command {
    return command(Type.Object({}), async () => {
      return { data: { state: this.#handlers.state(), session: this.#identity.session } };
    });
  }

  #send(message: Message): void {
    this.#bus
      .publish(message)
      .catch((error) => this.#note("publish-failed", { topic: message.topic, error }));
  }

  #note(kind: string, detail: Readonly<Record<string, unknown>>): void {
    this.#trace.note({ ...detail, area: "fleet", kind });
  }
}

const nowExpirySeconds = 120;
/** Twice within its life, so that one lost message does not empty the topic. */
const nowRefreshMs = (nowExpirySeconds * 1e3) / 2;

function requestOf({ expirySeconds, responseTopic, correlation }: Message): Incoming {
  const reply =
    responseTopic === undefined
      ? undefined
      : { topic: responseTopic, ...(correlation ? { correlation } : {}) };
  return {
    ...(expirySeconds === undefined ? {} : { expirySeconds }),
    ...(reply ? { reply } : {}),
  };
}
