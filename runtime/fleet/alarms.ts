import type { Bus } from "../../drivers/bus/bus.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import { decodeLine, encodeLine } from "../line.ts";
import type { Identity } from "./identity.ts";
import type { Post } from "./post.ts";

/**
 * Retained alarms: each stays on the broker until what it warns of is over, and no longer. Which
 * ones the broker may hold is on disk, so that a start after a power cut clears what it finds gone.
 */
export class Alarms {
  readonly #bus: Bus;
  readonly #identity: Identity;
  readonly #post: Post;
  readonly #disk: Disk;
  #due: ReadonlySet<string> = new Set();
  /** Codes that the broker may hold, for all that is known. */
  readonly #held: Set<string>;
  readonly #clearing = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    { bus, identity, post, disk }: { bus: Bus; identity: Identity; post: Post; disk: Disk },
    held: readonly string[],
  ) {
    this.#bus = bus;
    this.#identity = identity;
    this.#post = post;
    this.#disk = disk;
    this.#held = new Set(held);
  }

  static async open(parts: {
    bus: Bus;
    identity: Identity;
    post: Post;
    disk: Disk;
  }): Promise<Alarms> {
    const bytes = await parts.disk.read(fileName);
    const line = bytes === undefined ? "" : new TextDecoder().decode(bytes).trimEnd();
    const held = line === "" ? [] : decodeLine(line);
    if (held === undefined) parts.post.note("alarms-unreadable", { file: fileName });
    return new Alarms(parts, (held ?? []) as string[]);
  }

  /** These are due from now on, and no others. */
  follow(codes: Iterable<string>): void {
    const before = this.#due;
    this.#due = new Set(codes);
    for (const code of this.#held) if (!this.#due.has(code)) void this.#clear(code);
    for (const code of this.#due) if (!before.has(code)) this.#raise(code);
  }

  /** Says again what a new connection has to know. */
  again(): void {
    for (const code of this.#due) this.#raise(code);
  }

  #raise(code: string): void {
    this.#held.add(code);
    this.#save();
    const topic = this.#topic(code);
    this.#post.send({ topic, type: "alarm", data: { code }, retain: true });
  }

  /** Forgotten only when the broker has forgotten it. */
  async #clear(code: string): Promise<void> {
    if (this.#clearing.has(code)) return;
    this.#clearing.add(code);
    const topic = this.#topic(code);
    try {
      await this.#bus.publish({ topic, payload: new Uint8Array(), qos: 1, retain: true });
    } catch (error) {
      this.#post.note("alarm-not-cleared", { code, error });
      return;
    } finally {
      this.#clearing.delete(code);
    }
    if (this.#due.has(code)) return;
    this.#held.delete(code);
    this.#save();
  }

  #save(): void {
    const codes = [...this.#held];
    const bytes = new TextEncoder().encode(encodeLine(codes));
    this.#last = this.#last
      .then(() => this.#disk.replace(fileName, bytes))
      .catch((error) => this.#post.note("alarms-not-saved", { error }));
  }

  #topic(code: string): string {
    return `${this.#identity.topics.base}/alarm/${code}`;
  }
}

const fileName = "alarms.json";
