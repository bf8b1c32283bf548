import type { Action } from "../avatar/tier.ts";
import { Chance } from "./chance.ts";

/** What of an action its course depends on. */
export type Act = Pick<Action, "name" | "count" | "enter" | "leave" | "hold">;

/** Where a body is in one frame. */
export interface Posture<A extends Act = Act> {
  /** Undefined: the idle loop. */
  readonly action: A | undefined;
  /** Of the action or the loop. */
  readonly frame: number;
  /** It does not follow from the frame before without being seen: to be faded over. */
  readonly isJump: boolean;
}

/** Frames within which a good moment is sought to leave the idle loop: 480 ms. */
const windowFrames = 12;
/** Mean levels by which frames may differ that follow each other unseen. */
const unseenMax = 2;
/** A frame of waiting weighs as much as so many levels of a jump. */
const patience = 0.1;
/** A body that was not looked at for a second need not have moved all the while. */
const stepsMax = 25;
/** Frames between blinks, and between variants of the idle loop: at least, and so many more. */
const blinking = { least: 60, more: 100 } as const;
const varying = { least: 400, more: 700 } as const;

/**
 * Moves an avatar through its idle loop and its actions. An action is left from the idle loop at
 * the frame, of those of the next half second, that is most like its first one; when it is over,
 * the loop goes on at the frame that is most like its last one. What the package calls `blink...`
 * and `idle...` comes by chance, the same in every run; a pose is an action held until released.
 */
export class Body<A extends Act> {
  readonly #loop: number;
  readonly #actions: ReadonlyMap<string, A>;
  readonly #blinks: readonly A[];
  readonly #variants: readonly A[];
  readonly #chance = new Chance(7);
  #offset = 0;
  /** The frame before. */
  #last = 0;
  /** An action that begins at frame `at`. */
  #next: { readonly action: A; readonly at: number } | undefined;
  #heldNext = false;
  #now: { readonly action: A; frame: number; isHeld: boolean } | undefined;
  #blinkAt: number;
  #varyAt: number;

  /** `loop`: frames of the idle loop. */
  constructor(loop: number, actions: ReadonlyMap<string, A>) {
    this.#loop = loop;
    this.#actions = actions;
    this.#blinks = [...actions.values()].filter(({ name }) => name.startsWith("blink"));
    this.#variants = [...actions.values()].filter(({ name }) => name.startsWith("idle"));
    this.#blinkAt = this.#soon(0, blinking);
    this.#varyAt = this.#soon(0, varying);
  }

  /** Begins an action soon after frame `at`; false when there is none of this name. */
  act(name: string, at: number, isHeld = false): boolean {
    const action = this.#actions.get(name);
    if (!action) return false;
    if (this.#now) this.#now.isHeld = false;
    const from = this.#now ? at + this.#left() : at;
    this.#next = { action, at: this.#bestEntry(action, from) };
    this.#heldNext = isHeld && action.hold !== undefined;
    return true;
  }

  /** Lets go of a pose: its action goes on to its end. */
  release(): void {
    this.#heldNext = false;
    if (this.#now) this.#now.isHeld = false;
  }

  /**
   * Where the body is in frame `at`, which never falls; frames may be left out. `isTalking`: no
   * variants of the idle loop now.
   */
  at(at: number, isTalking: boolean): Posture<A> {
    const steps = Math.min(stepsMax, at - this.#last);
    this.#last = at;
    const isOver = this.#now !== undefined && !this.#goOn(this.#now, steps);
    const last = isOver ? this.#now?.action : undefined;
    if (isOver) this.#now = undefined;
    if (!this.#now && !this.#next) this.#wander(at, isTalking);
    if (this.#next && at >= this.#next.at && !this.#now)
      return this.#enter(this.#next.action, at, last);
    if (this.#now) return { action: this.#now.action, frame: this.#now.frame, isJump: false };
    return this.#idle(at, last);
  }

  #enter(action: A, at: number, last: A | undefined): Posture<A> {
    this.#next = undefined;
    this.#now = { action, frame: 0, isHeld: this.#heldNext };
    this.#heldNext = false;
    const jump = last ? Number.POSITIVE_INFINITY : (action.enter[this.#idleFrame(at)] ?? 0);
    return { action, frame: 0, isJump: jump > unseenMax };
  }

  /** The idle loop; after an action it goes on where that has left off. */
  #idle(at: number, last: A | undefined): Posture<A> {
    let jump = 0;
    if (last && last.leave.length > 0) {
      jump = Math.min(...last.leave);
      this.#offset = last.leave.indexOf(jump) - at;
    }
    return { action: undefined, frame: this.#idleFrame(at), isJump: jump > unseenMax };
  }

  #idleFrame(at: number): number {
    const frame = (at + this.#offset) % this.#loop;
    return frame < 0 ? frame + this.#loop : frame;
  }

  /** Moves an action on; false when it is over. */
  #goOn(now: { readonly action: A; frame: number; isHeld: boolean }, steps: number): boolean {
    const { hold, count } = now.action;
    for (let step = 0; step < steps; step++) {
      now.frame = now.isHeld && hold && now.frame === hold[1] ? hold[0] : now.frame + 1;
    }
    return now.frame < count;
  }

  /** Frames until the action at hand is over. */
  #left(): number {
    return this.#now ? this.#now.action.count - this.#now.frame - 1 : 0;
  }

  #bestEntry({ enter }: A, from: number): number {
    if (enter.length === 0) return from;
    const cost = (at: number): number => (enter[this.#idleFrame(at)] ?? 0) + (at - from) * patience;
    let best = from;
    for (let at = from; at < from + windowFrames; at++) if (cost(at) < cost(best)) best = at;
    return best;
  }

  /** Now and then a blink, and while nobody speaks another idle movement. */
  #wander(at: number, isTalking: boolean): void {
    if (at >= this.#varyAt && !isTalking) {
      this.#varyAt = this.#soon(at, varying);
      this.#begin(this.#variants, at);
    } else if (at >= this.#blinkAt) {
      this.#blinkAt = this.#soon(at, blinking);
      this.#begin(this.#blinks, at);
    }
  }

  #begin(some: readonly A[], at: number): void {
    const action = some[this.#chance.below(some.length)];
    if (action) this.#next = { action, at: this.#bestEntry(action, at) };
  }

  #soon(at: number, { least, more }: { readonly least: number; readonly more: number }): number {
    return at + least + this.#chance.below(more);
  }
}
