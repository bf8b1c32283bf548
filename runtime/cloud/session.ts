import { limits } from "../../config/limits.ts";

/** What a session is asked for with. */
export interface SessionWish {
  /** Who watches; a new session of the same user closes the one before. */
  readonly user: string;
  /** Who speaks, by id. */
  readonly avatar: string;
  readonly protocol: "webrtc";
}

/**
 * `preparing`: the avatar is being opened; `ready`: the stream is there and shows the idle loop;
 * `started`: it may be driven; `closed`: over, for good.
 */
export type SessionState = "preparing" | "ready" | "started" | "closed";

/** Why a session is over. */
export type CloseReason =
  | "asked"
  /** The same user has a new one. */
  | "replaced"
  /** Nobody said anything for too long. */
  | "silent"
  /** The avatar could not be opened, or its stage broke. */
  | "failed"
  /** The hour package is used up. */
  | "spent"
  /** The server ends. */
  | "stopping";

/** A step that the session does not allow now. */
export class SessionError extends Error {
  override readonly name = "SessionError";
  readonly code: "SESSION_PREPARING" | "SESSION_NOT_STARTED" | "SESSION_CLOSED";

  constructor(code: SessionError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * One session of the cloud: created -> started -> driven -> closed. Holds no clock and no media:
 * it is told what happens, in monotonic milliseconds, and says what is due.
 *
 * Silence is the time in which it was neither driven nor spoke. It closes the channel first, and
 * then the session. A channel that is opened anew begins its own silence.
 */
export class Session {
  readonly id: string;
  readonly wish: SessionWish;
  readonly createdMs: number;
  #state: SessionState = "preparing";
  #closed:
    | { readonly reason: CloseReason; readonly message?: string; readonly atMs: number }
    | undefined;
  #stirredMs: number;
  #channelMs: number | undefined;

  constructor(id: string, wish: SessionWish, nowMs: number) {
    this.id = id;
    this.wish = wish;
    this.createdMs = nowMs;
    this.#stirredMs = nowMs;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** How it ended, once it has. */
  get closed() {
    return this.#closed;
  }

  /** The stream is there. */
  prepared(): void {
    if (this.#state === "preparing") this.#state = "ready";
  }

  /** From here on it may be driven; a second start changes nothing. */
  start(nowMs: number): SessionError | undefined {
    if (this.#state === "preparing") {
      return refuse("SESSION_PREPARING", `session ${this.id} is preparing, ready is due`);
    }
    if (this.#state === "closed") return this.#over();
    this.#state = "started";
    this.#stirredMs = nowMs;
    return undefined;
  }

  /** Somebody drives it, or it speaks. */
  stir(nowMs: number): SessionError | undefined {
    if (this.#state === "closed") return this.#over();
    if (this.#state !== "started") {
      return refuse("SESSION_NOT_STARTED", `session ${this.id} is ${this.#state}, started is due`);
    }
    this.#stirredMs = nowMs;
    return undefined;
  }

  openChannel(nowMs: number): void {
    this.#channelMs = nowMs;
  }

  closeChannel(): void {
    this.#channelMs = undefined;
  }

  /** The first reason counts. */
  close(reason: CloseReason, nowMs: number, message?: string): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#channelMs = undefined;
    this.#closed = { reason, atMs: nowMs, ...(message === undefined ? {} : { message }) };
  }

  /** What silence demands now, or an opening that takes too long. */
  due(nowMs: number): "nothing" | "close channel" | "close" | "give up" {
    if (this.#state === "closed") return "nothing";
    const isOverdue = nowMs - this.createdMs >= limits.cloudOpeningMsMax;
    if (this.#state === "preparing" && isOverdue) return "give up";
    if (nowMs - this.#stirredMs >= limits.cloudSessionSilenceMs) return "close";
    if (this.#channelMs === undefined) return "nothing";
    const silentMs = nowMs - Math.max(this.#stirredMs, this.#channelMs);
    return silentMs >= limits.cloudChannelSilenceMs ? "close channel" : "nothing";
  }

  #over(): SessionError {
    return refuse("SESSION_CLOSED", `session ${this.id} is closed (${this.#closed?.reason})`);
  }
}

function refuse(code: SessionError["code"], fault: string): SessionError {
  return new SessionError(code, `Cannot go on: ${fault}`);
}
