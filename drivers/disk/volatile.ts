import { readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

type Environment = Readonly<Partial<Record<"RUNTIME_DIRECTORY" | "XDG_RUNTIME_DIR", string>>>;

/** Where a daemon leaves what need not outlive a power cut: memory, where the system has such. */
export function volatileFolder(device: string, environment: Environment = process.env): string {
  const { RUNTIME_DIRECTORY, XDG_RUNTIME_DIR } = environment;
  if (RUNTIME_DIRECTORY) return join(RUNTIME_DIRECTORY.split(":")[0] ?? "", device);
  if (XDG_RUNTIME_DIR) return join(XDG_RUNTIME_DIR, "frontdesk", device);
  return join(tmpdir(), `frontdesk-${process.getuid?.() ?? 0}`, device);
}

/**
 * The folder that a daemon of this name wrote to last, whoever started it; of those that this user
 * may read. Undefined when there is none.
 */
export function lastVolatileFolder(
  device: string,
  environment: Environment = process.env,
): string | undefined {
  const places = [join("/run/frontdesk", device), volatileFolder(device, environment)];
  const dated = places.flatMap((path) => {
    const atMs = newest(path);
    return atMs === undefined ? [] : [{ path, atMs }];
  });
  return dated.sort((a, b) => b.atMs - a.atMs)[0]?.path;
}

function newest(folder: string): number | undefined {
  try {
    const times = readdirSync(folder).map((name) => statSync(join(folder, name)).mtimeMs);
    return times.length === 0 ? undefined : Math.max(...times);
  } catch {
    // No such folder, or not for this user: another one may do.
    return undefined;
  }
}
