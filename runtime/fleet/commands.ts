import { limits } from "../../config/limits.ts";
import type { Message } from "../../drivers/bus/bus.ts";
import type { Reply } from "../job/job.ts";
import { readPayload } from "../job/payload.ts";
import type { CommandResult, CommandTable } from "./command.ts";
import { cannot } from "./command.ts";
import type { Post } from "./post.ts";

type LongState = "init" | "executing" | "successful" | "failed";

/**
 * Takes commands in. A short one (`cmd/<type>/req`) is answered to its Response Topic. A long one
 * (`cmd/<type>/<cmdId>`) is a retained message that says `init`; this device takes it over
 * `executing` to `successful` or `failed` in the same place, so that it outlives either side.
 */
export class Commands {
  readonly #post: Post;
  readonly #table: CommandTable;
  readonly #long: CommandTable;
  /** Last word on the long commands of this start, by topic; the oldest are forgotten. */
  readonly #known = new Map<string, Readonly<Record<string, unknown>>>();

  constructor(post: Post, table: CommandTable, long: CommandTable) {
    this.#post = post;
    this.#table = table;
    this.#long = long;
  }

  /** Takes a message of `topics.commands`; what it leads to goes on after this returns. */
  receive(message: Message, reply: Reply | undefined): void {
    const [type = "", tail] = message.topic
      .slice(this.#post.topics.base.length)
      .split("/")
      .slice(2);
    if (tail === "req") void this.#short(type, message.payload, reply);
    else if (message.payload.length > 0) void this.#follow(type, message);
  }

  async #short(type: string, payload: Uint8Array, reply: Reply | undefined): Promise<void> {
    const result = await this.#run(this.#table, type, payload);
    const data = dataOf(result);
    this.#post.note("command", { type, status: data.status });
    this.#post.answer(reply, { type: `cmd.${type}.res`, data, expirySeconds: 60 });
  }

  async #follow(type: string, { topic, payload, retain }: Message): Promise<void> {
    const read = readPayload(payload, "command");
    const body = "body" in read ? read.body : {};
    const inner = typeof body.data === "object" ? (body.data as Record<string, unknown>) : body;
    const state = inner.state as LongState | undefined;
    const known = this.#known.get(topic);
    if (known) {
      // Heard again after a new connection: what the broker keeps may be behind.
      if (retain && state !== known.state) this.#tell(type, topic, known);
    } else if (state === "init") await this.#execute(type, topic, payload);
    else if (state === "executing" && retain) this.#conclude(type, topic, inner.boot);
  }

  async #execute(type: string, topic: string, payload: Uint8Array): Promise<void> {
    this.#tell(type, topic, { state: "executing", boot: this.#post.boot });
    const result = await this.#run(this.#long, type, payload);
    if ("errors" in result) this.#tell(type, topic, { state: "failed", errors: result.errors });
    // A reboot shows that it is done by the next start of the board.
    else if (type !== "reboot") this.#tell(type, topic, { ...result.data, state: "successful" });
  }

  /** Another start of this device began it. */
  #conclude(type: string, topic: string, boot: unknown): void {
    if (type === "reboot" && boot !== this.#post.boot) {
      this.#tell(type, topic, { state: "successful" });
      return;
    }
    const message = `Cannot finish ${type}: the device was started again meanwhile`;
    this.#tell(type, topic, {
      state: "failed",
      errors: [{ code: "INTERRUPTED", message, retryable: true }],
    });
  }

  #tell(type: string, topic: string, data: Readonly<Record<string, unknown>>): void {
    this.#known.set(topic, data);
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size > limits.commandsRememberedMax) {
      this.#known.delete(oldest);
    }
    const expirySeconds = limits.commandLifeSeconds;
    this.#post.send({ topic, type: `cmd.${type}`, data, retain: true, expirySeconds });
  }

  async #run(table: CommandTable, type: string, payload: Uint8Array): Promise<CommandResult> {
    const known = Object.hasOwn(table, type) ? table[type] : undefined;
    if (!known) {
      const types = Object.keys(table).join(", ") || "none";
      return cannot("UNKNOWN_COMMAND", `Cannot do ${type}: commands here are ${types}`);
    }
    const read = payload.length === 0 ? { body: {} } : readPayload(payload, "command");
    if ("error" in read) return { errors: [read.error] };
    try {
      return await known.run(read.body);
    } catch (error) {
      this.#post.note("command-failed", { type, error });
      return cannot("FAILED", error instanceof Error ? error.message : String(error), true);
    }
  }
}

function dataOf(result: CommandResult): Readonly<Record<string, unknown>> {
  if ("errors" in result) return { status: "failed", errors: result.errors };
  return { status: "successful", ...result.data };
}
