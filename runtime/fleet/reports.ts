import { Value } from "typebox/value";
import { limits } from "../../config/limits.ts";
import type { Bus } from "../../drivers/bus/bus.ts";
import type { ContentReport } from "../content/report.ts";
import type { Health } from "../diagnostics/health.ts";
import { readPayload } from "../job/payload.ts";
import type { ConfigReport } from "../settings/report.ts";
import type { Alarms } from "./alarms.ts";
import { hostSchema } from "./data.ts";
import type { Identity } from "./identity.ts";
import type { Numbered, Outbox, OutboxEvent } from "./outbox.ts";
import type { Post } from "./post.ts";

/** What of a device has to be said on every connection. */
interface Standing {
  configuration(): ConfigReport;
  content(): ContentReport;
}

/** What the device says without being asked: health, alarms, events, numbers, its configuration. */
export class Reports {
  readonly #bus: Bus;
  readonly #identity: Identity;
  readonly #post: Post;
  readonly #outbox: Outbox;
  readonly #alarms: Alarms;
  readonly #standing: Standing;
  readonly #telemetry = new Map<string, { readonly text: string; readonly atMs: number }>();
  readonly #sending = new Set<number>();
  #health: Health | undefined;
  #healthAtMs = Number.NEGATIVE_INFINITY;
  #connected = false;
  #hostPresent = true;

  constructor(
    bus: Bus,
    parts: { identity: Identity; post: Post; outbox: Outbox; alarms: Alarms },
    standing: Standing,
  ) {
    this.#bus = bus;
    this.#identity = parts.identity;
    this.#post = parts.post;
    this.#outbox = parts.outbox;
    this.#alarms = parts.alarms;
    this.#standing = standing;
    bus.onState(({ kind }) => {
      const back = kind === "connected" && !this.#connected;
      this.#connected = kind === "connected";
      if (back) void this.#birth();
    });
  }

  /**
   * A fleet manager came or went; while none is there, what is not urgent waits. No word, or one
   * that cannot be read, is taken for a manager: better too much than nothing.
   */
  host(payload: Uint8Array): void {
    const read = readPayload(payload, "host");
    const body = "body" in read ? read.body : {};
    this.#hostPresent = !(Value.Check(hostSchema, body) && body.state === "offline");
    if (this.#hostPresent) this.#sendWaiting();
  }

  configuration(report: ConfigReport): void {
    const { reported: topic } = this.#post.topics;
    if (!this.#connected) return;
    this.#post.send({ topic, type: "config.reported", data: { ...report }, retain: true });
  }

  content(report: ContentReport): void {
    const { contentReported: topic } = this.#post.topics;
    if (!this.#connected) return;
    this.#post.send({ topic, type: "content.reported", data: { ...report }, retain: true });
  }

  /** To be called often: sent on a change and once a minute. Alarms follow what is critical. */
  health(health: Health, nowMs: number): void {
    const changed = JSON.stringify(health) !== JSON.stringify(this.#health);
    this.#health = health;
    if (changed) this.#followAlarms(health);
    if (!this.#connected || (!changed && nowMs - this.#healthAtMs < limits.healthMs)) return;
    this.#healthAtMs = nowMs;
    this.#sendHealth(health);
  }

  /** Numbers of one group: sent when one has changed by much, not more than every ten seconds. */
  telemetry(group: string, numbers: Readonly<Record<string, number>>, nowMs: number): void {
    if (!this.#connected || !this.#hostPresent) return;
    const before = this.#telemetry.get(group);
    const text = JSON.stringify(Object.values(numbers).map(bucketOf));
    if (before && (before.text === text || nowMs - before.atMs < limits.telemetryMs)) return;
    this.#telemetry.set(group, { text, atMs: nowMs });
    const topic = `${this.#post.topics.base}/telemetry/${group}`;
    const delivery = { qos: 0, expirySeconds: 300 } as const;
    this.#post.send({ topic, type: `telemetry.${group}`, data: numbers, ...delivery });
  }

  /** Something happened that the fleet should know of, whenever it can be told. */
  async event(event: OutboxEvent): Promise<void> {
    const added = await this.#outbox.add(event);
    if (this.#connected) void this.#sendEvent(added);
  }

  async #birth(): Promise<void> {
    await this.#identity.saved();
    this.configuration(this.#standing.configuration());
    this.content(this.#standing.content());
    if (this.#health) this.#sendHealth(this.#health);
    this.#alarms.again();
    this.#telemetry.clear();
    this.#sendWaiting();
  }

  #sendWaiting(): void {
    if (!this.#connected) return;
    for (const event of this.#outbox.waiting) void this.#sendEvent(event);
  }

  async #sendEvent(event: Numbered<OutboxEvent>): Promise<void> {
    const { seq, severity, code, wallMs, detail } = event;
    if (this.#sending.has(seq) || (!this.#hostPresent && severity === "info")) return;
    this.#sending.add(seq);
    const topic = `${this.#post.topics.base}/event/${severity}/${code}`;
    const data = { ...detail, code, severity, eventSeq: seq };
    const expirySeconds = limits.eventLifeSeconds;
    const letter = { topic, type: "event", data, wallMs, expirySeconds };
    try {
      await this.#bus.publish(this.#identity.message(letter));
      await this.#outbox.sent(seq);
    } catch (error) {
      this.#post.note("event-not-sent", { seq, code, error });
    } finally {
      this.#sending.delete(seq);
    }
  }

  #sendHealth(health: Health): void {
    const { health: topic } = this.#post.topics;
    const expirySeconds = (3 * limits.healthMs) / 1e3;
    this.#post.send({ topic, type: "health", data: { ...health }, retain: true, expirySeconds });
  }

  #followAlarms({ findings }: Health): void {
    this.#alarms.follow(findings.filter(({ critical }) => critical).map(({ code }) => code));
  }
}

/** Two digits of a number: 1,234 and 1,238 are the same news, 3 and 4 are not. */
function bucketOf(value: number): number {
  return Number(value.toPrecision(2));
}
