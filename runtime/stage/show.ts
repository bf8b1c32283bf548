import type { SettledConfig } from "../../config/config.ts";
import { tiers } from "../../config/tiers.ts";
import { AvatarError } from "../avatar/error.ts";
import { Playback } from "../playback/playback.ts";
import type { Canvas } from "./canvas.ts";
import { type Cast, type Casting, isSame, isSameRelease, named } from "./cast.ts";
import type { FromStage, StageFacts, ToStage } from "./messages.ts";
import { type OpenedScene, openCast, openScene, type ScenePlace } from "./scene.ts";
import type { Screen } from "./screen.ts";
import { Stage } from "./stage.ts";

/** What a show is given on. */
export interface House {
  readonly config: SettledConfig;
  readonly screen: Screen;
  readonly place: ScenePlace;
  /** What is known of the screen and the loudspeaker. */
  readonly facts: Omit<StageFacts, "avatar">;
  /** Whom to begin with; absent: the configured avatar. */
  readonly first?: Casting;
}

/** An avatar that is open, with its first picture painted, and waits for its entrance. */
interface Waiting {
  readonly cast: Casting;
  readonly opened: OpenedScene;
  readonly canvas: Required<Canvas>;
}

/**
 * The stage with what is on it, which may be exchanged while the show goes on: another avatar, or
 * the same one at another tier, is opened beside the one that is shown, and takes its place between
 * two frames, when nobody is spoken to. The screen keeps the last picture until the first of the
 * new ones; everything of the old one is closed then.
 */
export class Show implements AsyncDisposable {
  readonly #house: House;
  readonly #send: (message: FromStage) => void;
  readonly #stage: Stage;
  #scene: SettledConfig["scene"];
  #opened: OpenedScene;
  #cast: Casting;
  /** Who is asked for, from then on until it is on the screen or refused. */
  #wanted: Casting | undefined;
  #waiting: Waiting | undefined;
  /** One is opened after another: of two, the second would take the memory of a third. */
  #opening: Promise<void> = Promise.resolve();

  constructor(house: House, opened: OpenedScene, send: (message: FromStage) => void) {
    const { config, screen, first = config.avatar } = house;
    this.#house = house;
    this.#send = send;
    this.#scene = config.scene;
    this.#opened = opened;
    this.#cast = opened.avatar === first.id ? first : stranger(opened, config);
    this.#stage = new Stage(screen, new Playback(screen.audio), opened.scene, send);
    this.#stage.rise();
    this.#send({ kind: "ready", facts: this.#facts() });
  }

  static async open(house: House, send: (message: FromStage) => void): Promise<Show> {
    const { config, screen, place, first } = house;
    return new Show(house, await openScene(config, screen.display, place, first), send);
  }

  receive(message: ToStage): void {
    if (message.kind === "avatar") this.#ask(message);
    else this.#stage.receive(message);
    if (message.kind !== "apply") return;
    this.#scene = message.scene;
    void this.#opened.repaint(message.scene);
    void this.#waiting?.opened.repaint(message.scene);
  }

  turn(nowMs: number): number {
    const mayEnter = this.#stage.isDue(nowMs) && !this.#stage.isSpeaking;
    if (this.#waiting && mayEnter) this.#exchange(this.#waiting);
    const nextMs = this.#stage.turn(nowMs);
    if (this.#wanted === this.#cast && this.#stage.isShown) this.#tellShown();
    return nextMs;
  }

  get isSpeaking(): boolean {
    return this.#stage.isSpeaking;
  }

  prepare(): Promise<void> {
    return this.#stage.prepare();
  }

  spent(ms: number): void {
    this.#stage.spent(ms);
  }

  /** Closes whoever is open; to be called when nothing is turned any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#forget();
    await this.#opening;
    await this.#opened[Symbol.asyncDispose]();
  }

  #ask({ kind: _, ...cast }: Extract<ToStage, { kind: "avatar" }>): void {
    this.#forget();
    this.#stage.takePause();
    if (isSame(cast, this.#cast)) {
      this.#wanted = this.#cast;
      return;
    }
    this.#wanted = cast;
    const reason = this.#obstacle(cast);
    if (reason === undefined) this.#opening = this.#opening.then(() => this.#open(cast));
    else this.#refuse(cast, "stage", reason);
  }

  async #open(cast: Casting): Promise<void> {
    if (this.#wanted !== cast) return;
    const { config, place } = this.#house;
    try {
      const size = this.#sizeOf(cast);
      const scene = this.#scene;
      const opened = await openCast(cast, { ...config, scene }, size, place);
      if (opened instanceof AvatarError) this.#refuse(cast, "package", opened.message);
      else await this.#rehearse({ cast, opened, canvas: Stage.canvas(size) }, scene);
    } catch (error) {
      // Whatever is wrong with a package must not end the show.
      const reason = error instanceof Error ? error.message : String(error);
      this.#refuse(cast, "package", reason);
    }
  }

  /** Paints the first picture where nobody sees it; closes again what cannot be painted. */
  async #rehearse(waiting: Waiting, painted: SettledConfig["scene"]): Promise<void> {
    const { cast, opened, canvas } = waiting;
    try {
      if (this.#scene !== painted) await opened.repaint(this.#scene);
      await this.#house.place.breathe?.();
      if (this.#wanted === cast) opened.scene.paint(canvas, 0, undefined);
    } catch (error) {
      await opened[Symbol.asyncDispose]();
      throw error;
    }
    if (this.#wanted === cast) this.#waiting = waiting;
    else await opened[Symbol.asyncDispose]();
  }

  /** Why the same avatar cannot be shown at another tier here. */
  #obstacle(cast: Cast): string | undefined {
    const { width, height } = this.#house.config.display;
    if (!isSameRelease(cast, this.#cast) || !this.#isFixed) return undefined;
    if (this.#house.screen.film) return "a film has one size";
    if (width !== undefined || height !== undefined) return "the picture's size is configured";
    return "the screen has a size of its own";
  }

  /** Whether every avatar is drawn to the size there is. */
  get #isFixed(): boolean {
    const { config, screen } = this.#house;
    const { width, height } = config.display;
    const isChosen = width !== undefined || height !== undefined || screen.film !== undefined;
    return isChosen || !screen.display.resize(screen.display);
  }

  #sizeOf({ tier }: Cast): { readonly width: number; readonly height: number } {
    const { width, height } = this.#house.screen.display;
    return this.#isFixed ? { width, height } : tiers[tier];
  }

  #exchange({ cast, opened, canvas }: Waiting): void {
    this.#waiting = undefined;
    if (!this.#isFixed && !this.#house.screen.display.resize(canvas)) {
      void opened[Symbol.asyncDispose]();
      this.#refuse(cast, "stage", "the screen does not take its size");
      return;
    }
    this.#stage.exchange(opened.scene, canvas);
    void this.#opened[Symbol.asyncDispose]();
    this.#opened = opened;
    this.#cast = cast;
  }

  #tellShown(): void {
    this.#wanted = undefined;
    const pauseFrames = this.#stage.takePause();
    const facts = this.#facts();
    this.#send({ kind: "avatar-shown", ...named(this.#cast), pauseFrames, facts });
  }

  #facts(): StageFacts {
    const { screen, facts } = this.#house;
    const { width, height } = screen.display;
    const { avatar, actions } = this.#opened;
    const { tier, version } = this.#cast;
    const shown = { avatar, actions, tier, width, height };
    return { ...facts, ...shown, ...(version === undefined ? {} : { avatarVersion: version }) };
  }

  /** Nothing for one that is no longer asked for. */
  #refuse(cast: Casting, by: "package" | "stage", reason: string): void {
    if (this.#wanted !== cast) return;
    this.#wanted = undefined;
    this.#send({ kind: "avatar-refused", ...named(cast), by, reason });
  }

  /** Lets go of whoever was asked for before. */
  #forget(): void {
    this.#wanted = undefined;
    void this.#waiting?.opened[Symbol.asyncDispose]();
    this.#waiting = undefined;
  }
}

/** Who is shown in place of the one who was to begin; `""` for nobody. */
function stranger({ avatar }: OpenedScene, { avatar: { tier } }: SettledConfig): Casting {
  return { id: avatar ?? "", tier };
}
