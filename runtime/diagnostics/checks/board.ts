import type { Storage } from "../../../drivers/board/board.ts";
import type { FindingCode } from "../catalogue.ts";
import { type Evidence, type Finding, finding } from "../finding.ts";
import type { World } from "../world.ts";

/** Bounds of a healthy board. */
const temperatureCMax = 80;
const memoryFreeBytesMin = 200e6;
const frequencyShareMin = 0.95;
const storageFullBytes = 50e6;
const storageLowBytes = 500e6;
const wearPercentMax = 80;
/** Heat sinks clog, supplies age, systems change. */
const verdictDaysMax = 365;
/** Well above what a Date of whole seconds and a slow network add. */
const skewMsMax = 5_000;

type Row = readonly [wrong: boolean | undefined, code: FindingCode, evidence: Evidence];

/** The board itself: processor, supply, heat, memory, clock, storage, network. */
export function checkBoard({ board, reached, verdict }: World): readonly Finding[] {
  const { cores, governors, frequencyShare = 1, temperatureC, memory, pageBytes } = board;
  const availableBytes = memory?.availableBytes ?? Number.POSITIVE_INFINITY;
  const rows: readonly Row[] = [
    [cores < 2, "BOARD_CORES_FEW", { cores }],
    [governors.includes("powersave"), "BOARD_GOVERNOR", { governors: governors.join(" ") }],
    [frequencyShare < frequencyShareMin, "BOARD_THROTTLED", { frequencyShare }],
    [board.underVoltage, "BOARD_UNDER_VOLTAGE", { alarm: true }],
    [
      (temperatureC ?? 0) > temperatureCMax,
      "BOARD_HOT",
      { temperatureC: temperatureC ?? null, temperatureCMax },
    ],
    [availableBytes < memoryFreeBytesMin, "BOARD_MEMORY_LOW", { availableBytes }],
    [pageBytes === 16_384, "BOARD_PAGES_16K", { pageBytes: pageBytes ?? null }],
    [board.clock.synced === false, "BOARD_CLOCK_UNSYNCED", { synced: false }],
    [board.addresses.length === 0, "NETWORK_NO_ADDRESS", { addresses: 0 }],
  ];
  return [
    ...found(rows),
    ...found(ofClock(reached)),
    ...found(ofVerdict(verdict)),
    ...board.storage.flatMap((storage) => found(ofStorage(storage))),
  ];
}

function ofClock(reached: World["reached"]): readonly Row[] {
  const clock = reached?.clock;
  if (clock === undefined || "reason" in clock) return [];
  const { skewMs, by, source } = clock;
  const evidence = { skewMs: Math.round(skewMs), by, source };
  return [[Math.abs(skewMs) > skewMsMax, "BOARD_CLOCK_SKEWED", evidence]];
}

function ofVerdict(verdict: World["verdict"]): readonly Row[] {
  if (verdict === undefined) return [];
  const { ageDays, differs } = verdict;
  const isStale = differs.length > 0 || (ageDays ?? 0) > verdictDaysMax;
  return [
    [ageDays === undefined, "BOARD_UNJUDGED", { tier: "auto" }],
    [isStale, "BOARD_VERDICT_STALE", { ageDays: ageDays ?? null, differs: differs.join(" ") }],
  ];
}

function ofStorage(storage: Storage): readonly Row[] {
  const { folder, device, exists, writable, readOnly, freeBytes, errors, wearPercent } = storage;
  const evidence = { folder, device, freeBytes };
  const full = freeBytes < storageFullBytes;
  return [
    [readOnly, "STORAGE_READ_ONLY", evidence],
    [!exists, "STATE_MISSING", { folder }],
    [exists && !readOnly && !writable, "STATE_READ_ONLY", { folder }],
    [full, "STORAGE_FULL", evidence],
    [!full && freeBytes < storageLowBytes, "STORAGE_LOW", evidence],
    [(errors ?? 0) > 0, "STORAGE_ERRORS", { ...evidence, errors: errors ?? null }],
    [
      (wearPercent ?? 0) >= wearPercentMax,
      "STORAGE_WORN",
      { ...evidence, wearPercent: wearPercent ?? null },
    ],
  ];
}

function found(rows: readonly Row[]): Finding[] {
  return rows.flatMap(([wrong, code, evidence]) => (wrong ? [finding(code, evidence)] : []));
}
