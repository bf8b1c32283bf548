import { readFileSync } from "node:fs";
import { open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DepotError } from "./depot.ts";

const held = new Set<string>();

/**
 * Holds a folder for this process until it is disposed of. A lock whose process is gone is taken
 * over; one of a process that lives is a DepotError.
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const path = join(folder, "lock");
  if (held.has(path)) throw inUse(folder, process.pid);
  held.add(path);
  try {
    await write(folder, path);
  } catch (error) {
    held.delete(path);
    throw error;
  }
  return {
    async [Symbol.asyncDispose]() {
      if (held.delete(path)) await rm(path, { force: true });
    },
  };
}

async function write(folder: string, path: string): Promise<void> {
  const owner = await readFile(path, "utf8").catch(ignoreMissing);
  const pid = Number(owner?.split(" ")[0]);
  if (owner !== undefined && pid !== process.pid && signOf(pid) === owner) throw inUse(folder, pid);
  if (owner !== undefined) await rm(path, { force: true });
  try {
    await using file = await open(path, "wx");
    await file.writeFile(signOf(process.pid));
  } catch (error) {
    // Somebody was quicker.
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw inUse(folder, pid);
    throw error;
  }
}

/** A process by its number and the moment of its start, in ticks (proc_pid_stat(5), field 22). */
function signOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field, a name in brackets, may hold blanks and brackets of its own.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return `${pid} ${fields[19]}`;
  } catch {
    return "gone";
  }
}

function inUse(folder: string, pid: number): DepotError {
  return new DepotError("DEPOT_IN_USE", `open depot ${folder}`, `process ${pid} has it`);
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
