import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What a lease is called on a stick, and when the studio hands it out. */
export const leaseFileName = "frontdesk-lease.json";

/** Where sticks are mounted by hand and by desktops. */
const places = ["/media/", "/run/media/", "/mnt/", "/mnt"];

/** The lease on a stick that is mounted; throws where there is none, or more than one. */
export function findLease(mounts = readFileSync("/proc/mounts", "utf8")): string {
  const folders = mountPoints(mounts).filter((folder) =>
    places.some((place) => (place.endsWith("/") ? folder.startsWith(place) : folder === place)),
  );
  const files = folders.map((folder) => join(folder, leaseFileName)).filter(existsSync);
  const [file] = files;
  if (file !== undefined && files.length === 1) return file;
  const is = file === undefined ? `${sticks(folders)} without ${leaseFileName}` : files.join(", ");
  throw new Error(`Cannot find a lease: there is ${is}; one such file, or its name, is due`);
}

function sticks(folders: readonly string[]): string {
  return folders.length === 0 ? "no stick, so one" : folders.join(", ");
}

/** The second field of fstab(5), where a blank is \040. */
function mountPoints(mounts: string): string[] {
  return mounts
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .map((point) =>
      point.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      ),
    );
}
