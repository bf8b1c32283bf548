import type { Clock } from "../../drivers/clock/clock.ts";
import type { Broadcast, Viewer } from "../../drivers/webrtc/webrtc.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { Drive, DriveFault } from "./drive.ts";
import type { DriveEvent, HoursEvent, SessionEvent } from "./event.ts";
import type { Meter } from "./meter.ts";
import { type CloseReason, type Session, SessionError, type SessionWish } from "./session.ts";
import { type NoRoom, Sessions } from "./sessions.ts";

/** What is seen and heard of one session. */
export interface Media extends AsyncDisposable {
  readonly broadcast: Broadcast;
  /** Whether something is said, or about to be. */
  readonly isBusy: boolean;
  drive(drive: Drive): { readonly id: string | null } | DriveFault;
}

/** Who hears of what the media does. */
export interface MediaHearers {
  ready(): void;
  told(event: DriveEvent): void;
  lost(reason: string): void;
}

/** A connection over which a session is driven, and told of. */
export interface Channel {
  tell(event: DriveEvent | SessionEvent | HoursEvent): void;
  close(why: "closed" | "silent" | "replaced"): void;
}

export interface CloudParts {
  readonly clock: Clock;
  readonly trace: Trace;
  /** Sessions at a time that this machine sustains. */
  readonly roomFor: number;
  /** Counts the seconds of sessions; absent: nobody pays. */
  readonly meter?: Meter;
  newId(): string;
  /** Whether there is an avatar of this id. */
  knows(avatar: string): boolean;
  openMedia(wish: SessionWish, hearers: MediaHearers): Promise<Media>;
}

/** An avatar that is not here, or hours that are not there. */
interface Unmet {
  readonly code: "AVATAR_UNKNOWN" | "HOURS_SPENT";
  readonly message: string;
}

/**
 * The sessions of one server with their media and channels: what HTTP and WebSocket ask for comes
 * here. `turn` does what time demands, and is to be called again at the moment it returns.
 */
export class Cloud implements AsyncDisposable {
  readonly #parts: CloudParts;
  readonly #sessions: Sessions;
  readonly #media = new Map<string, Media>();
  readonly #channels = new Map<string, Channel>();
  readonly #endings = new Set<Promise<void>>();

  constructor(parts: CloudParts) {
    this.#parts = parts;
    this.#sessions = new Sessions(parts.roomFor);
  }

  /** Its stream is there once it is `ready`; that takes a second or so. */
  create(wish: SessionWish): Session | NoRoom | Unmet {
    const { clock, newId, knows, meter } = this.#parts;
    if (!knows(wish.avatar)) {
      const message = `Cannot open a session: there is no avatar ${wish.avatar} here`;
      return { code: "AVATAR_UNKNOWN", message };
    }
    if (meter && meter.leftSeconds <= 0) {
      const message = "Cannot open a session: 0 s of the hour packages are left, some are due";
      return { code: "HOURS_SPENT", message };
    }
    const created = this.#sessions.create(newId(), wish, clock.monotonicMs());
    if ("code" in created) return created;
    if (created.replaced) this.#end(created.replaced);
    meter?.begin(created.session.id, created.session.createdMs);
    this.#track(this.#open(created.session));
    return created.session;
  }

  find(id: string): Session | undefined {
    return this.#sessions.find(id);
  }

  start(session: Session): SessionError | undefined {
    return session.start(this.#parts.clock.monotonicMs());
  }

  drive(
    session: Session,
    drive: Drive,
  ): { readonly id: string | null } | DriveFault | SessionError {
    const refused = session.stir(this.#parts.clock.monotonicMs());
    return refused ?? this.#mediaOf(session).drive(drive);
  }

  close(session: Session, reason: CloseReason, message?: string): void {
    this.#sessions.close(session, reason, this.#parts.clock.monotonicMs(), message);
    this.#end(session);
  }

  /** Another viewer. Throws an OfferError, and a SessionError while there is no stream. */
  async watch(session: Session, offer: string): Promise<Viewer> {
    if (session.state === "preparing" || session.state === "closed") {
      const code = session.state === "closed" ? "SESSION_CLOSED" : "SESSION_PREPARING";
      const fault = `session ${session.id} is ${session.state}, ready is due`;
      throw new SessionError(code, `Cannot watch: ${fault}`);
    }
    return this.#mediaOf(session).broadcast.answer(offer);
  }

  /** False when there is no such viewer. */
  async leave(session: Session, viewer: string): Promise<boolean> {
    return (await this.#media.get(session.id)?.broadcast.leave(viewer)) ?? false;
  }

  /** The channel of a session is the one that was opened last. */
  connect(session: Session, channel: Channel): void {
    this.#channels.get(session.id)?.close("replaced");
    if (session.state === "closed") {
      channel.close("closed");
      return;
    }
    this.#channels.set(session.id, channel);
    session.openChannel(this.#parts.clock.monotonicMs());
  }

  disconnect(session: Session, channel: Channel): void {
    if (this.#channels.get(session.id) !== channel) return;
    this.#channels.delete(session.id);
    session.closeChannel();
  }

  async turn(nowMs: number): Promise<number> {
    for (const session of this.#sessions.open) {
      if (this.#media.get(session.id)?.isBusy) session.stir(nowMs);
    }
    const { closed, channels } = this.#sessions.turn(nowMs);
    for (const session of closed) this.#end(session);
    for (const { id } of channels) {
      this.#channels.get(id)?.close("silent");
      this.#channels.delete(id);
    }
    return Math.min(nowMs + lookMs, await this.#meter(nowMs));
  }

  /** Ends all sessions; resolves when nothing of them is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.#sessions.open) this.close(session, "stopping");
    while (this.#endings.size > 0) await Promise.all(this.#endings);
    await this.#parts.meter?.settled();
  }

  /** Everybody is told of hours that run out; who has none left is closed. */
  async #meter(nowMs: number): Promise<number> {
    const reading = await this.#parts.meter?.turn(nowMs);
    for (const event of reading?.events ?? []) {
      for (const channel of this.#channels.values()) channel.tell(event);
    }
    for (const id of reading?.spent ?? []) {
      const session = this.find(id);
      if (session) this.close(session, "spent");
    }
    return reading?.nextMs ?? Number.POSITIVE_INFINITY;
  }

  async #open(session: Session): Promise<void> {
    const { id, wish } = session;
    try {
      const media = await this.#parts.openMedia(wish, {
        ready: () => {
          session.prepared();
          this.#tell(session, { event: "session", state: "ready" });
        },
        told: (event) => this.#channels.get(id)?.tell(event),
        lost: (reason) => this.close(session, "failed", reason),
      });
      if (session.state === "closed") await media[Symbol.asyncDispose]();
      else this.#media.set(id, media);
    } catch (error) {
      this.close(session, "failed", error instanceof Error ? error.message : String(error));
    }
  }

  #end(session: Session): void {
    const { id, closed } = session;
    this.#parts.trace.note({ area: "cloud", kind: "session-closed", id, ...closed });
    const reason = closed?.reason;
    this.#tell(session, { event: "session", state: "closed", ...(reason ? { reason } : {}) });
    this.#channels.get(id)?.close("closed");
    this.#channels.delete(id);
    const { meter, clock } = this.#parts;
    if (meter) this.#track(meter.end(id, clock.monotonicMs()));
    const media = this.#media.get(id);
    this.#media.delete(id);
    if (media) this.#track(media[Symbol.asyncDispose]());
  }

  #track(work: PromiseLike<void>): void {
    const ending = Promise.resolve(work)
      .catch((error) => {
        this.#parts.trace.note({ area: "cloud", kind: "end-failed", reason: String(error) });
      })
      .finally(() => this.#endings.delete(ending));
    this.#endings.add(ending);
  }

  #tell(session: Session, event: SessionEvent): void {
    this.#channels.get(session.id)?.tell(event);
  }

  #mediaOf({ id }: Session): Media {
    const media = this.#media.get(id);
    if (!media) throw new Error(`session ${id} is open and has no media`);
    return media;
  }
}

/** How often silence is looked for. */
const lookMs = 1_000;
