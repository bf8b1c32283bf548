import type { SettledConfig } from "../../config/config.ts";
import { type Tier, tiers } from "../../config/tiers.ts";
import { Playback } from "../playback/playback.ts";
import type { FromStage, StageFacts, ToStage } from "./messages.ts";
import { type OpenedScene, openScene, type ScenePlace } from "./scene.ts";
import type { Screen } from "./screen.ts";
import { Stage } from "./stage.ts";

/** What a show is given on. */
export interface House {
  readonly config: SettledConfig;
  readonly screen: Screen;
  readonly place: ScenePlace;
  /** What is known of the screen and the loudspeaker. */
  readonly facts: Omit<StageFacts, "avatar">;
}

/**
 * The stage with what is on it, which may be exchanged while the show goes on: another tier of the
 * same avatar is opened beside the one that is shown, and takes its place between two frames, when
 * nobody is spoken to. The screen keeps the last picture until the first of the new ones.
 */
export class Show {
  readonly #house: House;
  readonly #send: (message: FromStage) => void;
  #opened: OpenedScene;
  #stage: Stage;
  #tier: Tier;
  /** Open, and waiting for the end of what is said. */
  #next: { readonly tier: Tier; readonly opened: OpenedScene } | undefined;
  /** What the next stage must know too. */
  readonly #lasting = new Map<ToStage["kind"], ToStage>();

  constructor(house: House, opened: OpenedScene, send: (message: FromStage) => void) {
    this.#house = house;
    this.#send = send;
    this.#opened = opened;
    this.#tier = house.config.avatar.tier;
    this.#stage = this.#raise(opened);
  }

  static async open(house: House, send: (message: FromStage) => void): Promise<Show> {
    const { config, screen, place } = house;
    return new Show(house, await openScene(config, screen.display, place), send);
  }

  receive(message: ToStage): void {
    const { kind } = message;
    if (kind === "apply" || kind === "notice" || kind === "thrift" || kind === "clock")
      this.#lasting.set(kind, message);
    if (kind === "tier") void this.#open(message.tier);
    else this.#stage.receive(message);
    if (kind === "apply") void this.#opened.repaint(message.scene);
  }

  turn(nowMs: number): number {
    if (this.#next && !this.#stage.isSpeaking) this.#exchange(this.#next);
    return this.#stage.turn(nowMs);
  }

  prepare(): Promise<void> {
    return this.#stage.prepare();
  }

  spent(ms: number): void {
    this.#stage.spent(ms);
  }

  #raise({ scene, avatar, actions }: OpenedScene): Stage {
    const { screen, facts } = this.#house;
    const stage = new Stage(screen, new Playback(screen.audio), scene, this.#send);
    stage.rise();
    const { width, height } = screen.display;
    const shown = { avatar, actions, tier: this.#tier, width, height };
    this.#send({ kind: "ready", facts: { ...facts, ...shown } });
    return stage;
  }

  async #open(tier: Tier): Promise<void> {
    const { config, place } = this.#house;
    const reason = this.#obstacle(tier);
    if (reason !== undefined) {
      this.#refuse(tier, reason);
      return;
    }
    const wished = { ...config, avatar: { ...config.avatar, tier } };
    const opened = await openScene(wished, tiers[tier], place);
    const apply = this.#lasting.get("apply");
    if (apply?.kind === "apply") await opened.repaint(apply.scene);
    if (opened.avatar === this.#opened.avatar) this.#next = { tier, opened };
    else {
      await opened[Symbol.asyncDispose]();
      this.#refuse(tier, `the avatar has no tier ${tier} that can be opened`);
    }
  }

  #obstacle(tier: Tier): string | undefined {
    const { width, height } = this.#house.config.display;
    if (this.#house.screen.film) return "a film has one size";
    if (width !== undefined || height !== undefined) return "the picture's size is configured";
    return tier === this.#tier ? `${tier} is shown already` : undefined;
  }

  #exchange({ tier, opened }: { readonly tier: Tier; readonly opened: OpenedScene }): void {
    this.#next = undefined;
    if (!this.#house.screen.display.resize(tiers[tier])) {
      void opened[Symbol.asyncDispose]();
      this.#refuse(tier, "the screen has a size of its own");
      return;
    }
    void this.#opened[Symbol.asyncDispose]();
    this.#opened = opened;
    this.#tier = tier;
    this.#stage = this.#raise(opened);
    for (const message of this.#lasting.values()) this.#stage.receive(message);
  }

  #refuse(tier: Tier, reason: string): void {
    this.#send({ kind: "tier-refused", tier, reason });
  }
}
