import systeminformation from "systeminformation";

/** The part of a board that frames are painted by. */
export interface Processor {
  /** As the maker calls it, e.g. `"Cortex-A76"`; `"unknown"` where the kernel does not say. */
  readonly model: string;
  readonly cores: number;
  /** Highest clock of a core; undefined where the kernel does not say. */
  readonly clockGhz: number | undefined;
  readonly memoryMb: number;
}

/** Asks the operating system; takes some milliseconds, needs no rights. */
export async function readProcessor(): Promise<Processor> {
  const [cpu, memory] = await Promise.all([systeminformation.cpu(), systeminformation.mem()]);
  const clockGhz = cpu.speedMax || cpu.speed;
  return {
    model: `${cpu.manufacturer} ${cpu.brand}`.trim() || "unknown",
    cores: cpu.cores,
    clockGhz: clockGhz > 0 ? clockGhz : undefined,
    memoryMb: Math.round(memory.total / 1024 ** 2),
  };
}
