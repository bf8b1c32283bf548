import type { Job } from "../job/job.ts";
import type { Jobs } from "../job/jobs.ts";
import type { Settings } from "../settings/settings.ts";
import type { Cast } from "../stage/cast.ts";
import type { FromStage } from "../stage/messages.ts";
import { Director } from "./director.ts";
import type { Upkeep } from "./upkeep.ts";
import { Warden } from "./warden.ts";

type DirectorParts = Omit<ConstructorParameters<typeof Director>[0], "wishes">;
type WardenParts = Omit<ConstructorParameters<typeof Warden>[0], "director">;

/** Who is on stage, and how large: the director chooses the avatar, the warden the tier. */
export class Theatre {
  readonly #settings: Settings;
  readonly #director: Director;
  readonly #warden: Warden;

  constructor(
    settings: Settings,
    upkeep: Pick<Upkeep, "duty">,
    parts: DirectorParts & WardenParts,
  ) {
    const wishes = () => ({
      scheduled: upkeep.duty.avatar,
      configured: settings.config.avatar.id,
    });
    this.#settings = settings;
    this.#director = new Director({ ...parts, wishes });
    this.#warden = new Warden({ ...parts, director: this.#director });
  }

  /** Whether who is to speak this job is on the screen. */
  isSetFor(job: Job): boolean {
    return this.#director.isSetFor(job);
  }

  receive(message: FromStage): void {
    this.#director.receive(message);
    this.#warden.receive(message);
  }

  /** Gives whom the stage may have died of. */
  stageLost(reason: string): Cast | undefined {
    return this.#director.stageLost(reason);
  }

  /** To be called often, after the desk was turned. */
  turn(jobs: Pick<Jobs, "current" | "upcoming">, nowMs: number): void {
    const isBusy = jobs.current !== undefined;
    this.#warden.turn(nowMs, this.#settings.config.avatar.governed, isBusy);
    this.#director.turn(jobs, nowMs);
  }
}
