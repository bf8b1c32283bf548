import { statfsSync } from "node:fs";
import { basename } from "node:path";
import type { Storage } from "./board.ts";
import type { Files } from "./files.ts";

/** The file system that a folder lies on, or would lie on when it is not there yet. */
export function readStorage(files: Files, folder: string): Storage {
  const mount = mountOf(files, folder);
  const disk = basename(mount.device).replace(/p?\d+$/, "");
  const room = space(files.path(nearest(files, folder)));
  return {
    folder,
    device: mount.device,
    exists: files.has(folder),
    writable: files.writable(nearest(files, folder)),
    readOnly: mount.options.split(",").includes("ro"),
    ...room,
    errors: files.number(`/sys/fs/ext4/${basename(mount.device)}/errors_count`),
    wearPercent: readWear(files.text(`/sys/block/${disk}/device/life_time`)),
  };
}

function nearest(files: Files, folder: string): string {
  let path = folder;
  while (path !== "/" && !files.has(path)) path = path.replace(/\/[^/]*$/, "") || "/";
  return path;
}

function mountOf(files: Files, folder: string): { device: string; options: string } {
  const mounts = (files.text("/proc/self/mounts") ?? "")
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([, at = ""]) => at === "/" || folder === at || folder.startsWith(`${at}/`))
    .sort(([, left = ""], [, right = ""]) => left.length - right.length);
  const [device = "unknown", , , options = ""] = mounts.at(-1) ?? [];
  return { device, options };
}

function space(path: string): { totalBytes: number; freeBytes: number } {
  try {
    const { bsize, blocks, bavail } = statfsSync(path);
    return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
  } catch {
    // A folder that may not be looked at: `writable` says so.
    return { totalBytes: 0, freeBytes: 0 };
  }
}

/** JEDEC JESD84-B51, EXT_CSD 268 and 269: 0x01 is 0 to 10 % used, 0x0b over the end. */
function readWear(text: string | undefined): number | undefined {
  const steps = (text ?? "").split(/\s+/).filter(Boolean).map(Number).filter(Number.isFinite);
  return steps.length === 0 ? undefined : Math.max(...steps) * 10;
}
