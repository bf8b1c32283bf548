import type { Clock, Stamps } from "../../drivers/clock/clock.ts";
import type { SourceParts } from "../desk/sources.ts";
import type { Incoming } from "../fleet/session.ts";
import type { JobEvent } from "../job/job.ts";
import type { Jobs } from "../job/jobs.ts";
import { Streams } from "../job/streams.ts";
import type { Settings } from "../settings/settings.ts";
import type { Troupe } from "./troupe.ts";

/** What the intake stands on. */
interface Parts extends Pick<SourceParts, "voice" | "media" | "decoder"> {
  readonly clock: Clock;
  readonly stamps: Stamps;
  readonly troupe: Pick<Troupe, "ids">;
}

/** The way in for jobs and for the parts of streamed ones; `ring` wakes who looks after them. */
export class Intake {
  readonly #settings: Settings;
  readonly #jobs: Jobs;
  readonly #streams: Streams;
  readonly #parts: Parts;
  readonly #ring: () => void;

  constructor(settings: Settings, jobs: Jobs, parts: Parts, ring: () => void) {
    this.#settings = settings;
    this.#jobs = jobs;
    this.#streams = new Streams(jobs);
    this.#parts = parts;
    this.#ring = ring;
  }

  /** What the jobs that come in here are spoken from. */
  get sources(): SourceParts {
    const { voice, media, decoder, clock } = this.#parts;
    const stream: SourceParts["stream"] = (job) => this.#streams.of(job, clock.monotonicMs());
    return { voice, media, decoder, stream };
  }

  /** What the fleet may ask for; each resolves when it is safe. */
  handlers() {
    const { clock, stamps } = this.#parts;
    return {
      submit: (payload: Uint8Array, request: Incoming) => {
        const { fleet, speech } = this.#settings.config;
        const known = { sources: speech.audioSources, avatars: this.#parts.troupe.ids() };
        const rules = { signers: fleet.signers, ...known };
        return this.#rung(
          this.#jobs.submit(payload, { ...request, ...rules }, clock.monotonicMs()),
        );
      },
      cancel: (payload: Uint8Array, request: Incoming) =>
        this.#rung(this.#jobs.cancel(payload, request, clock.monotonicMs())),
      stream: (jobId: string, payload: Uint8Array, { reply }: Incoming) => {
        const moment = { nowMs: clock.monotonicMs(), wallMs: stamps.wallMs() };
        this.#ring();
        return this.#streams.receive(jobId, payload, reply ? { ...moment, reply } : moment);
      },
      told: (event: JobEvent) => this.#jobs.told(event),
    };
  }

  /** A job from this device itself, which needs no signature. */
  submitOwn(payload: Uint8Array): Promise<readonly JobEvent[]> {
    const { clock, troupe } = this.#parts;
    return this.#rung(this.#jobs.submit(payload, { avatars: troupe.ids() }, clock.monotonicMs()));
  }

  /** Gives up what is missing of streams; to be called again at `nextMs`. */
  turn(nowMs: number): { readonly events: readonly JobEvent[]; readonly nextMs: number } {
    return this.#streams.turn(nowMs, this.#parts.stamps.wallMs());
  }

  /** The desk looks at what came in as soon as it is safe. */
  async #rung<T>(work: Promise<T>): Promise<T> {
    const result = await work;
    this.#ring();
    return result;
  }
}
