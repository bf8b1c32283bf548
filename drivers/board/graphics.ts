import { basename, dirname } from "node:path";
import type { Connector, Framebuffer, Graphics, Holder } from "./board.ts";
import type { Files } from "./files.ts";

/** Cards, who holds them, and what hangs on their connectors; asks no screen. */
export function readGraphics(files: Files): Graphics {
  const nodes = files.list("/dev/dri/card*");
  const holders = nodes.length === 0 ? new Map<string, Holder[]>() : findHolders(files, nodes);
  return {
    cards: nodes.map((node) => ({
      node,
      openable: files.openable(node),
      holders: holders.get(node) ?? [],
    })),
    connectors: files.list("/sys/class/drm/card*-*/status").map((path) => connector(files, path)),
    framebuffer: files.has("/dev/fb0") ? framebuffer(files) : undefined,
  };
}

function framebuffer(files: Files): Framebuffer {
  const [width = "?", height = "?"] = (
    files.text("/sys/class/graphics/fb0/virtual_size") ?? ""
  ).split(",");
  return {
    driver: files.text("/sys/class/graphics/fb0/name") ?? "unknown",
    size: `${width}x${height}`,
    openable: files.openable("/dev/fb0"),
  };
}

function connector(files: Files, path: string): Connector {
  const folder = dirname(path);
  return {
    name: basename(folder),
    status: files.text(path) ?? "unknown",
    modes: (files.text(`${folder}/modes`) ?? "").split("\n").filter(Boolean),
    edidBytes: files.bytes(`${folder}/edid`),
  };
}

/** Of other users' programs only root sees what they hold. */
function findHolders(files: Files, nodes: readonly string[]): Map<string, Holder[]> {
  const found = new Map<string, Holder[]>();
  for (const path of files.list("/proc/[0-9]*/fd/*")) {
    const target = files.link(path);
    if (target === undefined || !nodes.includes(target)) continue;
    const pid = Number(path.split("/")[2]);
    if (pid === process.pid) continue;
    const known = found.get(target) ?? [];
    if (known.some((holder) => holder.pid === pid)) continue;
    found.set(target, [...known, { pid, name: files.text(`/proc/${pid}/comm`) ?? "unknown" }]);
  }
  return found;
}
