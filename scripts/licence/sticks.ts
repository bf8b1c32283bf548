import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What a lease is called on a stick, and when the studio hands it out. */
const leaseFileName = "frontdesk-lease.json";

/** Where sticks are mounted by hand and by desktops. */
const placesOfSticks = ["/media/", "/run/media/", "/mnt/"];

/** The lease on a stick that is mounted; throws where there is none, or more than one. */
export function findLease(
  mounts = readFileSync("/proc/mounts", "utf8"),
  places: readonly string[] = placesOfSticks,
): string {
  const folders = mountPoints(mounts).filter((folder) =>
    places.some((place) => `${folder}/`.startsWith(place)),
  );
  const files = folders.map((folder) => join(folder, leaseFileName)).filter(existsSync);
  const [file] = files;
  if (file !== undefined && files.length === 1) return file;
  throw new Error(`Cannot find a lease: there is ${obstacle(folders, files)}`);
}

function obstacle(folders: readonly string[], files: readonly string[]): string {
  if (files.length > 0) return `${files.join(", ")}, the name of one is due`;
  if (folders.length === 0) return `no stick, one with ${leaseFileName} is due`;
  return `${folders.join(", ")} without ${leaseFileName}, one with it is due`;
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
