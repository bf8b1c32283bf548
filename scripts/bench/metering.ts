import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { type Ledger, Meter } from "../../runtime/cloud/meter.ts";

/** What came of simulated sessions. */
interface Metered {
  readonly sessions: number;
  readonly crashes: number;
  readonly lostCalls: number;
  /** Seconds by which the books differ from the lives of the sessions, all of them together. */
  readonly errorSeconds: number;
}

interface Life {
  readonly id: string;
  readonly fromMs: number;
  untilMs: number | undefined;
  /** It ended with the crash of its server. */
  isCut: boolean;
}

/**
 * Runs sessions on a server that crashes at any moment, also in the middle of a write, and with
 * books that are out of reach at any moment, before or behind what they were to write. `draw` is a
 * source of chance, 0 to 1. The truth is counted apart from the meter: the seconds that began
 * between creation and end of each session; a crash at the very begin of a second admits both.
 */
export async function measureMetering(sessions: number, draw: () => number): Promise<Metered> {
  const books = new Books(draw);
  const lives: Life[] = [];
  const trace = { note: () => {} };
  let disk = new MemoryDisk();
  let nowMs = 0;
  let crashes = 0;
  while (lives.length < sessions) {
    const meter = await books.calm(() => Meter.open({ disk, ledger: books, trace }));
    const crashMs = nowMs + 1_000 + draw() * 60_000;
    try {
      nowMs = await live(meter, lives, { nowMs, crashMs, sessions, draw, disk });
    } catch (error) {
      // The power went in the middle of a write, which is what is tried here.
      if (!String(error).includes("power is cut")) throw error;
    }
    nowMs = Math.max(nowMs, lives.at(-1)?.fromMs ?? 0);
    const at = cutMs.get(disk) ?? crashMs;
    for (const life of lives) {
      if (life.untilMs !== undefined) continue;
      life.untilMs = at;
      life.isCut = true;
    }
    nowMs = at;
    if (!cutMs.has(disk)) disk.cut();
    await meter.settled();
    disk = disk.restarted();
    crashes++;
  }
  const last = await books.calm(() => Meter.open({ disk, ledger: books, trace }));
  await last.settled();
  const errors = lives.map((life) => books.errorOf(life));
  const errorSeconds = errors.reduce((sum, error) => sum + error, books.conflicts);
  return { sessions: lives.length, crashes, lostCalls: books.lost, errorSeconds };
}

/** When the power of a disk went in the middle of a turn. */
const cutMs = new WeakMap<MemoryDisk, number>();

interface World {
  readonly nowMs: number;
  readonly crashMs: number;
  readonly sessions: number;
  readonly draw: () => number;
  readonly disk: MemoryDisk;
}

/** One life of the server, to its crash. */
async function live(meter: Meter, lives: Life[], world: World): Promise<number> {
  const { crashMs, sessions, draw, disk } = world;
  let { nowMs } = world;
  let open: Life[] = [];
  const isTorn = draw() < 0.5;
  while (nowMs < crashMs) {
    if (isTorn && crashMs - nowMs < 5_000 && !cutMs.has(disk)) disk.cutAfter(draw() * 2_000);
    cutMs.set(disk, nowMs);
    if (open.length < 8 && lives.length < sessions && draw() < 0.6) {
      const life: Life = {
        id: `s${lives.length}`,
        fromMs: nowMs,
        untilMs: undefined,
        isCut: false,
      };
      lives.push(life);
      open.push(life);
      meter.begin(life.id, nowMs);
    }
    const ending = open.find(() => draw() < 0.02);
    if (ending && ending.fromMs < nowMs) {
      open = open.filter((life) => life !== ending);
      ending.untilMs = nowMs;
      await meter.end(ending.id, nowMs);
    }
    const { nextMs } = await meter.turn(nowMs);
    cutMs.delete(disk);
    nowMs = Math.min(nextMs, nowMs + 50 + Math.floor(draw() * 900), crashMs);
  }
  return crashMs;
}

/** The studio's books in memory: by session and number, as the real ones; often out of reach. */
class Books implements Ledger {
  lost = 0;
  /** Parts that were told again with other seconds. */
  conflicts = 0;
  readonly #parts = new Map<string, number>();
  readonly #draw: () => number;
  #isCalm = false;

  constructor(draw: () => number) {
    this.#draw = draw;
  }

  async balance() {
    return { grantedSeconds: 1e9, leftSeconds: 1e9 };
  }

  async consume({ sessionId, seq, seconds }: { sessionId: string; seq: number; seconds: number }) {
    const isLost = !this.#isCalm && this.#draw() < 0.3;
    if (isLost) this.lost++;
    if (isLost && this.#draw() < 0.5) throw new Error("out of reach before");
    const key = `${sessionId}/${seq}`;
    const known = this.#parts.get(key);
    if (known !== undefined && known !== seconds) this.conflicts++;
    this.#parts.set(key, seconds);
    if (isLost) throw new Error("out of reach behind");
    return this.balance();
  }

  /** While they are reached. */
  async calm<T>(work: () => Promise<T>): Promise<T> {
    this.#isCalm = true;
    const result = await work();
    this.#isCalm = false;
    return result;
  }

  /** Seconds too many or too few. */
  errorOf({ id, fromMs, untilMs = fromMs, isCut }: Life): number {
    const parts = [...this.#parts].filter(([key]) => key.startsWith(`${id}/`));
    const metered = parts.reduce((sum, [, seconds]) => sum + seconds, 0);
    const livedMs = untilMs - fromMs;
    const least = Math.ceil(livedMs / 1000);
    const most = isCut && livedMs % 1000 === 0 ? least + 1 : least;
    return Math.max(0, least - metered, metered - most);
  }
}
