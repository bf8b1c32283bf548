import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const periodMs = 100;

/** A process that gets so little CPU until this is disposed of. */
export interface Quota extends AsyncDisposable {
  /** How it is kept short, for people. */
  readonly way: string;
}

/**
 * Keeps a process to a share of one core: by a control group of the kernel (version 2 or 1) where
 * that may be made, else by stopping it for most of each tenth of a second, as cpulimit does.
 */
export async function limitCpu(pid: number, share: number): Promise<Quota> {
  return inGroup(pid, share) ?? byStopping(pid, share);
}

const groups = [
  {
    root: "/sys/fs/cgroup",
    knows: "cgroup.controllers",
    write: (folder: string, quotaUs: number) =>
      writeFileSync(join(folder, "cpu.max"), `${quotaUs} ${periodMs * 1_000}`),
  },
  {
    root: "/sys/fs/cgroup/cpu",
    knows: "cpu.cfs_quota_us",
    write: (folder: string, quotaUs: number) => {
      writeFileSync(join(folder, "cpu.cfs_period_us"), String(periodMs * 1_000));
      writeFileSync(join(folder, "cpu.cfs_quota_us"), String(quotaUs));
    },
  },
] as const;

function inGroup(pid: number, share: number): Quota | undefined {
  for (const { root, knows, write } of groups) {
    if (!existsSync(join(root, knows))) continue;
    const folder = join(root, `frontdesk-quota-${pid}`);
    try {
      mkdirSync(folder, { recursive: true });
      write(folder, Math.round(share * periodMs * 1_000));
      writeFileSync(join(folder, "cgroup.procs"), String(pid));
      return { way: folder, [Symbol.asyncDispose]: () => leave(pid, root, folder) };
    } catch {
      if (existsSync(folder)) rmdirSync(folder);
    }
  }
  return undefined;
}

async function leave(pid: number, root: string, folder: string): Promise<void> {
  if (existsSync(`/proc/${pid}`)) writeFileSync(join(root, "cgroup.procs"), String(pid));
  // The kernel takes a moment to see that a group is empty.
  for (let round = 0; round < 50 && existsSync(folder); round++) {
    try {
      rmdirSync(folder);
    } catch {
      await sleep(periodMs);
    }
  }
}

function byStopping(pid: number, share: number): Quota {
  let isOn = true;
  const work = (async () => {
    while (isOn) {
      process.kill(pid, "SIGSTOP");
      await sleep(periodMs * (1 - share));
      process.kill(pid, "SIGCONT");
      await sleep(periodMs * share);
    }
  })();
  return {
    way: "SIGSTOP and SIGCONT",
    async [Symbol.asyncDispose]() {
      isOn = false;
      await work;
    },
  };
}
