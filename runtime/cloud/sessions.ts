import { limits } from "../../config/limits.ts";
import { type CloseReason, Session, type SessionWish } from "./session.ts";

/** A session that could not be had. */
export interface NoRoom {
  readonly code: "CLOUD_FULL";
  readonly message: string;
}

/**
 * The sessions of one server: as many at a time as there is room for, one for each user. Those that
 * are over are remembered for a while, for who asks. Time comes as an argument.
 */
export class Sessions {
  readonly #open = new Map<string, Session>();
  readonly #past = new Map<string, Session>();
  readonly #roomFor: number;

  /** `roomFor`: sessions at a time that this machine sustains. */
  constructor(roomFor: number) {
    this.#roomFor = roomFor;
  }

  get open(): readonly Session[] {
    return [...this.#open.values()];
  }

  /** A session by id, also one that was closed a while ago. */
  find(id: string): Session | undefined {
    return this.#open.get(id) ?? this.#past.get(id);
  }

  /** The session of a user is replaced by his new one: `replaced` is closed now. */
  create(
    id: string,
    wish: SessionWish,
    nowMs: number,
  ): { readonly session: Session; readonly replaced?: Session } | NoRoom {
    const before = this.open.find(({ wish: { user } }) => user === wish.user);
    const others = this.#open.size - (before ? 1 : 0);
    if (others >= this.#roomFor) {
      const rule = `there is room for ${this.#roomFor}`;
      const message = `Cannot open a session: ${others} are open, ${rule}`;
      return { code: "CLOUD_FULL", message };
    }
    if (before) this.close(before, "replaced", nowMs);
    const session = new Session(id, wish, nowMs);
    this.#open.set(id, session);
    return before ? { session, replaced: before } : { session };
  }

  close(session: Session, reason: CloseReason, nowMs: number, message?: string): void {
    session.close(reason, nowMs, message);
    if (!this.#open.delete(session.id)) return;
    this.#past.set(session.id, session);
    if (this.#past.size > limits.cloudSessionsRememberedMax) {
      for (const oldest of this.#past.keys()) {
        this.#past.delete(oldest);
        break;
      }
    }
  }

  /** Closes what was silent for too long; `channels` are sessions whose channel is to be closed. */
  turn(nowMs: number): {
    readonly closed: readonly Session[];
    readonly channels: readonly Session[];
  } {
    const dueTo = (what: string) => this.open.filter((session) => session.due(nowMs) === what);
    const silent = dueTo("close");
    const overdue = dueTo("give up");
    const channels = dueTo("close channel");
    for (const session of silent) this.close(session, "silent", nowMs);
    for (const session of overdue) this.close(session, "failed", nowMs, overdueText);
    for (const session of channels) session.closeChannel();
    for (const [id, { closed: end }] of this.#past) {
      if (end && nowMs - end.atMs >= limits.cloudSessionsRememberedMs) this.#past.delete(id);
    }
    return { closed: [...silent, ...overdue], channels };
  }
}

const openingMs = limits.cloudOpeningMsMax;
const overdueText = `Cannot open the session: it is preparing for ${openingMs} ms, ready is due`;
