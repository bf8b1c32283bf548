import type { Entry } from "../entry.ts";

/** The board itself. */
export const boardCodes = {
  BOARD_CORES_FEW: {
    severity: "warning",
    cause: "The board has a single core",
    visitor: "Speech may start late and frames may be dropped",
    next: "Choose the tier 360p, or another board",
  },
  BOARD_GOVERNOR: {
    severity: "warning",
    cause: "The processor is told to save power",
    visitor: "Frames may be dropped when speech begins",
    next: "Set the governor to schedutil (cpupower frequency-set --governor schedutil)",
  },
  BOARD_THROTTLED: {
    severity: "warning",
    cause: "The processor is not allowed its full frequency",
    visitor: "Frames may be dropped",
    next: "Cool the board, and check its power supply",
  },
  BOARD_UNDER_VOLTAGE: {
    severity: "critical",
    cause: "The supply voltage is or was below what the board needs",
    visitor: "The board may hang or restart at any time",
    next: "Use the power supply and the cable that the maker names",
  },
  BOARD_HOT: {
    severity: "warning",
    cause: "The board is hotter than 80 degrees",
    visitor: "Frames may be dropped; the board may shut down at 90 degrees",
    next: "Clear the vents, add a heat sink or a fan",
  },
  BOARD_MEMORY_LOW: {
    severity: "warning",
    cause: "Less than 200 MB of memory are free",
    visitor: "The greeter may be ended by the system and start again",
    next: "Stop other programs, or choose a smaller tier",
  },
  BOARD_PAGES_16K: {
    severity: "notice",
    cause: "The kernel uses memory pages of 16 KiB",
    visitor: "None; some native parts built elsewhere may not load",
    next: "Nothing while the native parts load; else boot the 4 KiB kernel (kernel=kernel8.img)",
  },
  BOARD_CLOCK_UNSYNCED: {
    severity: "warning",
    cause: "The clock of the board has not been set",
    visitor: "Captions and speech are right; the times in logs and reports are not",
    next: "Allow NTP (UDP 123) or set the time: timedatectl set-time",
  },
  BOARD_CLOCK_SKEWED: {
    severity: "warning",
    cause: "The clock of the board is more than 5 s off",
    visitor: "None yet; far off, TLS fails and no jobs come in",
    next: "Allow NTP (UDP 123), or set the time: timedatectl set-time; see who was asked",
  },
  BOARD_UNJUDGED: {
    severity: "notice",
    cause: "The tier is chosen by itself, and this board was never measured",
    visitor: "The picture may be coarser or slower than the board allows",
    next: "Run frontdesk profile --fresh, then restart",
  },
  BOARD_VERDICT_STALE: {
    severity: "notice",
    cause: "The tier goes by a verdict made on another board, package or release, or long ago",
    visitor: "The picture may be coarser or slower than the board allows",
    next: "Run frontdesk profile --fresh, then restart",
  },
  STORAGE_FULL: {
    severity: "critical",
    cause: "Less than 50 MB are free where the state lies",
    visitor: "New jobs are refused",
    next: "Remove files; journalctl --vacuum-size=50M is a start",
  },
  STORAGE_LOW: {
    severity: "warning",
    cause: "Less than 500 MB are free where the state lies",
    visitor: "None yet; an update may not fit",
    next: "Remove files; journalctl --vacuum-size=50M is a start",
  },
  STORAGE_WORN: {
    severity: "warning",
    cause: "The memory card has used 80 % of its life or more",
    visitor: "None yet; the card may fail within months",
    next: "Replace the card at the next visit",
  },
  STORAGE_ERRORS: {
    severity: "warning",
    cause: "The file system has counted errors",
    visitor: "None yet; files may be lost",
    next: "Make a copy, check with fsck, and replace the card",
  },
  STORAGE_READ_ONLY: {
    severity: "critical",
    cause: "The file system of the state is mounted read-only",
    visitor: "New jobs are refused",
    next: "See dmesg for why the kernel did so; check with fsck, replace the card",
  },
  NETWORK_NO_ADDRESS: {
    severity: "warning",
    cause: "The board has no network address",
    visitor: "No jobs come in; the greeter idles",
    next: "Check the network cable or the Wi-Fi settings",
  },
} as const satisfies Readonly<Record<string, Entry>>;
