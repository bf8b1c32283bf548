import type { Settings } from "../settings/settings.ts";
import { Licensing, type LicensingParts } from "./licence.ts";
import type { LicenceInfo } from "./passport.ts";
import { WallClock } from "./wall-clock.ts";
import { Welcome } from "./welcome.ts";

type Parts = LicensingParts & {
  readonly monitor: ConstructorParameters<typeof Welcome>[1];
  readonly stamps: ConstructorParameters<typeof WallClock>[1];
};

/** What a kiosk says of itself beside the show: the time, what it lacks, how its licence stands. */
export class Signs implements Disposable {
  readonly #wall: WallClock;
  readonly #welcome: Welcome;
  readonly #licensing: Licensing;

  private constructor(settings: Settings, parts: Parts, licensing: Licensing) {
    const { stamps, monitor, post } = parts;
    this.#wall = new WallClock(settings, stamps, () => parts.knowsTime(), post);
    this.#welcome = new Welcome(settings, monitor, post);
    this.#licensing = licensing;
  }

  static async open(settings: Settings, parts: Parts): Promise<Signs> {
    return new Signs(settings, parts, await Licensing.open(settings, parts));
  }

  /** To be called often. */
  async turn(nowMs: number): Promise<void> {
    this.#welcome.turn();
    this.#wall.turn();
    await this.#licensing.turn(nowMs);
  }

  /** The stage started anew and shows nothing of it. */
  forget(): void {
    this.#wall.forget();
    this.#licensing.forget();
  }

  /** The data of `info` with how the licence stands, where one is asked for. */
  signed<T extends object>(info: T): T & { readonly licence?: LicenceInfo } {
    return this.#licensing.signed(info);
  }

  [Symbol.dispose](): void {
    this.#licensing[Symbol.dispose]();
  }
}
