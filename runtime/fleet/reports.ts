import { limits } from "../../config/limits.ts";
import type { Bus } from "../../drivers/bus/bus.ts";
import type { Health } from "../diagnostics/health.ts";
import type { ConfigReport } from "../settings/report.ts";
import type { Identity } from "./identity.ts";
import type { Outbox, OutboxEvent } from "./outbox.ts";
import type { Post } from "./post.ts";

/** What the device says without being asked: health, alarms, events, numbers, its configuration. */
export class Reports {
  readonly #bus: Bus;
  readonly #identity: Identity;
  readonly #post: Post;
  readonly #outbox: Outbox;
  readonly #config: () => ConfigReport;
  readonly #alarms = new Set<string>();
  readonly #telemetry = new Map<string, { readonly text: string; readonly atMs: number }>();
  readonly #sending = new Set<number>();
  #health: Health | undefined;
  #healthAtMs = Number.NEGATIVE_INFINITY;
  #connected = false;
  #hostPresent = true;

  constructor(
    bus: Bus,
    parts: { identity: Identity; post: Post; outbox: Outbox },
    config: () => ConfigReport,
  ) {
    this.#bus = bus;
    this.#identity = parts.identity;
    this.#post = parts.post;
    this.#outbox = parts.outbox;
    this.#config = config;
    bus.onState(({ kind }) => {
      const back = kind === "connected" && !this.#connected;
      this.#connected = kind === "connected";
      if (back) void this.#birth();
    });
  }

  /** A fleet manager came or went; while none is there, what is not urgent waits. */
  host(payload: Uint8Array): void {
    this.#hostPresent = !new TextDecoder().decode(payload).includes('"offline"');
    if (this.#hostPresent) this.#sendWaiting();
  }

  configuration(report: ConfigReport): void {
    const { reported: topic } = this.#post.topics;
    if (!this.#connected) return;
    this.#post.send({ topic, type: "config.reported", data: { ...report }, retain: true });
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

  /** Numbers of one group: sent when they changed, not more than every ten seconds. */
  telemetry(group: string, numbers: Readonly<Record<string, number>>, nowMs: number): void {
    if (!this.#connected || !this.#hostPresent) return;
    const before = this.#telemetry.get(group);
    const text = JSON.stringify(numbers);
    if (before && (before.text === text || nowMs - before.atMs < limits.telemetryMs)) return;
    this.#telemetry.set(group, { text, atMs: nowMs });
    const topic = `${this.#post.topics.base}/telemetry/${group}`;
    const delivery = { qos: 0, expirySeconds: 300 } as const;
    this.#post.send({ topic, type: `telemetry.${group}`, data: numbers, ...delivery });
  }

  /** Something happened that the fleet should know of, whenever it can be told. */
  async event(event: Omit<OutboxEvent, "seq">): Promise<void> {
    const added = await this.#outbox.add(event);
    if (this.#connected) void this.#sendEvent(added);
  }

  async #birth(): Promise<void> {
    await this.#identity.saved();
    this.configuration(this.#config());
    if (this.#health) this.#sendHealth(this.#health);
    for (const code of this.#alarms) this.#raise(code);
    this.#telemetry.clear();
    this.#sendWaiting();
  }

  #sendWaiting(): void {
    if (!this.#connected) return;
    for (const event of this.#outbox.waiting) void this.#sendEvent(event);
  }

  async #sendEvent(event: OutboxEvent): Promise<void> {
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
    const due = new Set(findings.filter(({ critical }) => critical).map(({ code }) => code));
    for (const code of this.#alarms) if (!due.has(code)) this.#clear(code);
    for (const code of due) if (!this.#alarms.has(code)) this.#raise(code);
  }

  #raise(code: string): void {
    this.#alarms.add(code);
    const topic = this.#alarmTopic(code);
    this.#post.send({ topic, type: "alarm", data: { code }, retain: true });
  }

  #clear(code: string): void {
    this.#alarms.delete(code);
    const topic = this.#alarmTopic(code);
    this.#post.sendMessage({ topic, payload: new Uint8Array(), qos: 1, retain: true });
  }

  #alarmTopic(code: string): string {
    return `${this.#post.topics.base}/alarm/${code}`;
  }
}
