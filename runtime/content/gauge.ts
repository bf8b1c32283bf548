/** How far a download is. */
export interface DownloadProgress {
  /** `waiting`: to try again; `quiet`: for the end of quiet hours. */
  readonly state: "idle" | "fetching" | "waiting" | "quiet" | "verifying";
  /** Of all files of the order, what lies here; and what is to. */
  readonly bytes: number;
  readonly bytesDue: number;
  /** URL of the file that is being fetched. */
  readonly file: string | undefined;
  /** Attempts that failed, in this order. */
  readonly retries: number;
  /** Over the last seconds; 0 while nothing comes. */
  readonly bytesPerSecond: number;
}

/** Over how long a rate is taken. */
const spanMs = 4_000;

const idle: DownloadProgress = {
  ...{ state: "idle", bytes: 0, bytesDue: 0, file: undefined, retries: 0, bytesPerSecond: 0 },
};

/** Counts a download as it goes. */
export class Gauge {
  #progress = idle;
  #samples: { readonly atMs: number; readonly bytes: number }[] = [];

  get progress(): DownloadProgress {
    return this.#progress;
  }

  begin(bytesDue: number): void {
    this.#progress = { ...idle, state: "fetching", bytesDue };
    this.#samples = [];
  }

  enter(state: DownloadProgress["state"]): void {
    const bytesPerSecond = state === "fetching" ? this.#progress.bytesPerSecond : 0;
    this.#progress = { ...this.#progress, state, bytesPerSecond };
    if (state !== "fetching") this.#samples = [];
  }

  file(url: string): void {
    this.#progress = { ...this.#progress, file: url };
  }

  failed(): void {
    this.#progress = { ...this.#progress, retries: this.#progress.retries + 1 };
  }

  /** `bytes` of the order lie here. */
  at(bytes: number, nowMs: number): void {
    const first = this.#samples.findIndex(({ atMs }) => atMs >= nowMs - spanMs);
    this.#samples.splice(0, first < 0 ? this.#samples.length : first);
    const last = this.#samples.at(-1);
    if (last === undefined || nowMs - last.atMs >= spanMs / 16) {
      this.#samples.push({ atMs: nowMs, bytes });
    }
    const [oldest] = this.#samples;
    const passedMs = oldest ? nowMs - oldest.atMs : 0;
    const gained = oldest ? Math.max(0, bytes - oldest.bytes) : 0;
    const bytesPerSecond = passedMs > 0 ? Math.round((gained / passedMs) * 1_000) : 0;
    this.#progress = { ...this.#progress, bytes, bytesPerSecond };
  }

  end(): void {
    this.#progress = idle;
  }
}
