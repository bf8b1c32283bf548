import { arch, cpus, networkInterfaces, release } from "node:os";
import type { Board, BoardFacts, Strain } from "./board.ts";
import { ask, Files } from "./files.ts";
import { readGraphics } from "./graphics.ts";
import { readService } from "./service.ts";
import { readSound } from "./sound.ts";
import { readStorage } from "./storage.ts";

/** A board that runs Linux, read below `root`: `/` in earnest, a copy of its files in tests. */
export class LinuxBoard implements Board {
  readonly #files: Files;

  constructor(root = "/") {
    this.#files = new Files(root);
  }

  /** Hottest thermal zone, read at once. */
  temperatureC(): number | undefined {
    return readTemperature(this.#files);
  }

  strain(): Strain {
    const memory = readMemory(this.#files);
    return {
      temperatureC: readTemperature(this.#files),
      frequencyShare: readFrequency(this.#files).frequencyShare,
      availableShare: memory && memory.availableBytes / memory.totalBytes,
    };
  }

  async facts(folders: readonly string[]): Promise<BoardFacts> {
    const files = this.#files;
    const unread: { what: string; reason: string }[] = [];
    const note = (what: string, reason: string): undefined => void unread.push({ what, reason });
    const [sound, service, synced, server] = await Promise.all([
      readSound(files, note),
      readService(note),
      readSynced(files, note),
      readTimeServer(),
    ]);
    return {
      model: readModel(files),
      kernel: release(),
      architecture: arch(),
      cores: cpus().length,
      pageBytes: readPage(files),
      memory: readMemory(files),
      temperatureC: readTemperature(files),
      ...readFrequency(files),
      underVoltage: readVoltage(files),
      graphics: readGraphics(files),
      sound,
      storage: folders.map((folder) => readStorage(files, folder)),
      clock: { synced, wallMs: Date.now(), server },
      addresses: readAddresses(),
      service,
      unread,
    };
  }
}

function readModel(files: Files): string | undefined {
  const tree = files.text("/proc/device-tree/model")?.replaceAll("\0", "");
  return tree ?? files.text("/sys/class/dmi/id/product_name");
}

/** Of this process' first mapping. */
function readPage(files: Files): number | undefined {
  const kibi = /^KernelPageSize:\s+(\d+) kB/m.exec(files.text("/proc/self/smaps") ?? "")?.[1];
  return kibi === undefined ? undefined : Number(kibi) * 1024;
}

function readMemory(files: Files): BoardFacts["memory"] {
  const text = files.text("/proc/meminfo") ?? "";
  const bytes = (key: string) =>
    Number(new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? Number.NaN) * 1024;
  const [totalBytes, availableBytes] = [bytes("MemTotal"), bytes("MemAvailable")];
  return Number.isNaN(totalBytes + availableBytes) ? undefined : { totalBytes, availableBytes };
}

function readTemperature(files: Files): number | undefined {
  const zones = files
    .list("/sys/class/thermal/thermal_zone*/temp")
    .map((path) => files.number(path))
    .filter((milli) => milli !== undefined);
  return zones.length === 0 ? undefined : Math.max(...zones) / 1000;
}

function readFrequency(files: Files): Pick<BoardFacts, "governors" | "frequencyShare"> {
  const cores = files.list("/sys/devices/system/cpu/cpu[0-9]*/cpufreq");
  const governors = new Set<string>();
  const shares: number[] = [];
  for (const core of cores) {
    const governor = files.text(`${core}/scaling_governor`);
    if (governor !== undefined) governors.add(governor);
    const now = files.number(`${core}/scaling_max_freq`);
    const most = files.number(`${core}/cpuinfo_max_freq`);
    if (now !== undefined && most !== undefined) shares.push(now / most);
  }
  const frequencyShare = shares.length === 0 ? undefined : Math.min(...shares);
  return { governors: [...governors], frequencyShare };
}

/** `rpi_volt` and other monitors that raise an alarm below the critical voltage. */
function readVoltage(files: Files): boolean | undefined {
  const alarms = files.list("/sys/class/hwmon/hwmon*/in*_lcrit_alarm");
  if (alarms.length === 0) return undefined;
  return alarms.some((path) => files.number(path) === 1);
}

async function readSynced(
  files: Files,
  note: (what: string, reason: string) => undefined,
): Promise<boolean | undefined> {
  if (files.has("/run/systemd/timesync/synchronized")) return true;
  const answer = await ask("timedatectl", ["show", "--property=NTPSynchronized", "--value"]);
  if ("reason" in answer) return note("clock", answer.reason);
  return answer.text.trim() === "yes";
}

/** Of systemd-timesyncd, else of chrony; a board without either names its own in the settings. */
async function readTimeServer(): Promise<string | undefined> {
  const shown = await ask("timedatectl", ["show-timesync", "--property=ServerAddress", "--value"]);
  if ("text" in shown && shown.text.trim() !== "") return shown.text.trim();
  const sources = await ask("chronyc", ["-n", "-c", "sources"]);
  // Mode, state, name: `*` is the source that is followed (chronyc(1)).
  const lines = "text" in sources ? sources.text.split("\n").map((line) => line.split(",")) : [];
  return lines.find(([mode, state]) => mode === "^" && state === "*")?.[2];
}

function readAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.filter(({ internal }) => !internal).map(({ address }) => address);
}
