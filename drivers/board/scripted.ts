import type { Board, BoardFacts, Strain } from "./board.ts";

/**
 * A board that says what it is told to: healthy by itself, with whatever is given laid over it. For
 * tests of what is wrong with boards, and for demonstrations.
 */
export class ScriptedBoard implements Board {
  #over: Partial<BoardFacts>;

  constructor(over: Partial<BoardFacts> = {}) {
    this.#over = over;
  }

  async facts(folders: readonly string[]): Promise<BoardFacts> {
    const storage = folders.map((folder) => ({ ...goodStorage, folder }));
    return { ...goodBoard, storage, ...this.#over };
  }

  strain(): Strain {
    const { temperatureC, frequencyShare, memory } = { ...goodBoard, ...this.#over };
    const availableShare = memory && memory.availableBytes / memory.totalBytes;
    return { temperatureC, frequencyShare, availableShare };
  }

  /** From now on it says this as well. */
  set(over: Partial<BoardFacts>): void {
    this.#over = { ...this.#over, ...over };
  }
}

const gibi = 1024 ** 3;

export const goodStorage = {
  folder: "/var/lib/frontdesk",
  device: "/dev/mmcblk0p2",
  exists: true,
  writable: true,
  readOnly: false,
  totalBytes: 29 * gibi,
  freeBytes: 20 * gibi,
  errors: 0,
  wearPercent: 10,
};

/** A board in good health: four cores, a screen, a loudspeaker, a set clock. */
export const goodBoard: BoardFacts = {
  model: "Example Board 4",
  kernel: "6.12.0",
  architecture: "arm64",
  cores: 4,
  pageBytes: 4096,
  memory: { totalBytes: 4 * gibi, availableBytes: 3 * gibi },
  temperatureC: 51,
  governors: ["schedutil"],
  frequencyShare: 1,
  underVoltage: false,
  graphics: {
    cards: [{ node: "/dev/dri/card0", openable: true, holders: [] }],
    connectors: [
      { name: "card0-HDMI-A-1", status: "connected", modes: ["1080x1920"], edidBytes: 256 },
    ],
    framebuffer: { driver: "vc4drmfb", size: "1080x1920", openable: true },
  },
  sound: {
    cards: [{ index: 0, name: "vc4-hdmi" }],
    outputs: [{ device: "hw:0,0", openable: true, holder: undefined, rateHz: undefined }],
    muted: [],
    server: undefined,
  },
  storage: [],
  clock: { synced: true, wallMs: Date.UTC(2026, 0, 1), server: "192.0.2.2" },
  addresses: ["192.0.2.17"],
  service: {
    load: "loaded",
    active: "active",
    result: "success",
    restarts: 0,
    watchdogMs: 30_000,
    journalErrors: [],
  },
  unread: [],
};
