/**
 * What a board says of itself, read from the kernel's own files and the service manager.
 *
 * `facts` looks once, needs no privileges, changes nothing, and never rejects: what cannot be read
 * is undefined, with the reason in `unread`. It takes a few seconds at most; every program it asks
 * is bounded by a time of its own.
 */
export interface Board {
  facts(folders: readonly string[]): Promise<BoardFacts>;
  /** How hard it is put to now: cheap, read at once, fit to be asked every second. */
  strain(): Strain;
}

/** What a board has left; undefined where it does not tell. */
export interface Strain {
  /** Hottest thermal zone. */
  readonly temperatureC: number | undefined;
  /** Highest frequency that is allowed now, as a share of what the core can do. */
  readonly frequencyShare: number | undefined;
  /** Memory that is free or can be freed, as a share of all. */
  readonly availableShare: number | undefined;
}

export interface BoardFacts {
  readonly model: string | undefined;
  readonly kernel: string | undefined;
  readonly architecture: string;
  readonly cores: number;
  /** Size of a memory page in bytes. */
  readonly pageBytes: number | undefined;
  readonly memory: { readonly totalBytes: number; readonly availableBytes: number } | undefined;
  /** Hottest thermal zone. */
  readonly temperatureC: number | undefined;
  /** Frequency governors of the cores, each once. */
  readonly governors: readonly string[];
  /** Highest frequency that is allowed now, as a share of what the core can do. */
  readonly frequencyShare: number | undefined;
  /** The kernel's own voltage alarm; undefined where the board has none. */
  readonly underVoltage: boolean | undefined;
  readonly graphics: Graphics;
  readonly sound: Sound;
  /** The file system of each folder that was asked about, in that order. */
  readonly storage: readonly Storage[];
  readonly clock: {
    readonly synced: boolean | undefined;
    readonly wallMs: number;
    /** Whom the board itself asks for the time, by name or address. */
    readonly server: string | undefined;
  };
  /** Addresses of this board, without loopback. */
  readonly addresses: readonly string[];
  readonly service: Service | undefined;
  /** What could not be read, and why. */
  readonly unread: readonly { readonly what: string; readonly reason: string }[];
}

export interface Graphics {
  readonly cards: readonly {
    readonly node: string;
    readonly openable: boolean;
    /** Other programs that hold the node open, as far as this user may see. */
    readonly holders: readonly Holder[];
  }[];
  readonly connectors: readonly Connector[];
  /** What /dev/fb0 is, where there is one. */
  readonly framebuffer: Framebuffer | undefined;
}

export interface Framebuffer {
  /** Of its driver, as `vc4drmfb`; a name that ends in `drmfb` is an image of a DRM driver. */
  readonly driver: string;
  /** As `1920x1080`. */
  readonly size: string;
  readonly openable: boolean;
}

export interface Holder {
  readonly pid: number;
  readonly name: string;
}

export interface Connector {
  readonly name: string;
  readonly status: string;
  /** As `1920x1080`, the preferred one first. */
  readonly modes: readonly string[];
  readonly edidBytes: number;
}

export interface Sound {
  readonly cards: readonly { readonly index: number; readonly name: string }[];
  readonly outputs: readonly SoundOutput[];
  /** Names of playback controls that are switched off or turned to nothing. */
  readonly muted: readonly string[];
  /** A sound server's socket, where one listens. */
  readonly server: string | undefined;
}

export interface SoundOutput {
  /** As ALSA names it: `hw:0,3`. */
  readonly device: string;
  readonly openable: boolean;
  /** Who plays on it now. */
  readonly holder: Holder | undefined;
  /** The rate it plays at now, in Hz. */
  readonly rateHz: number | undefined;
}

export interface Storage {
  readonly folder: string;
  readonly device: string;
  readonly exists: boolean;
  readonly writable: boolean;
  /** Mounted without the right to write. */
  readonly readOnly: boolean;
  readonly totalBytes: number;
  readonly freeBytes: number;
  /** Errors the file system has counted since it was made. */
  readonly errors: number | undefined;
  /** Used share of the memory's life, in percent, upper bound (JEDEC JESD84, EXT_CSD 268 f.). */
  readonly wearPercent: number | undefined;
}

export interface Service {
  /** `loaded` or `not-found`. */
  readonly load: string;
  /** `active`, `failed`, `inactive`, `activating`. */
  readonly active: string;
  readonly result: string;
  readonly restarts: number;
  /** 0 without a watchdog. */
  readonly watchdogMs: number;
  /** Errors and worse in this boot's journal; undefined when it may not be read. */
  readonly journalErrors: readonly string[] | undefined;
}
