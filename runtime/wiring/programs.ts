import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Config } from "../../config/config.ts";

/**
 * The doctor's own program, which works beside a daemon as it does beside none. `root`: the folder
 * of the checkout or package.
 */
export async function packBundle(root: string, config: Config): Promise<Uint8Array> {
  const args = ["bundle", "--out", "-", ...named(config)];
  const options = { encoding: "buffer", maxBuffer: bundleBytesMax, timeout: 120_000 } as const;
  return (await promisify(execFile)(join(root, "scripts/frontdesk"), args, options)).stdout;
}

/** The same, for what it finds. Its exit status says how bad it is, which is no failure. */
export async function askDoctor(root: string, config: Config): Promise<readonly unknown[]> {
  const args = ["doctor", "--json", ...named(config)];
  const options = { maxBuffer: bundleBytesMax, timeout: 60_000 } as const;
  const report = await new Promise<string>((resolve, reject) => {
    execFile(join(root, "scripts/frontdesk"), args, options, (error, stdout, stderr) => {
      if (stdout !== "") resolve(stdout);
      else reject(new Error(`Cannot examine this device: ${stderr.trim() || error?.message}`));
    });
  });
  return (JSON.parse(report) as { findings: readonly unknown[] }).findings;
}

/** The board itself. */
export async function reboot(): Promise<void> {
  await promisify(execFile)("systemctl", ["reboot"], { timeout: 10_000 });
}

function named({ device, state, broker }: Config): readonly string[] {
  return ["--device", device, "--state", state, "--broker", broker.url];
}

const bundleBytesMax = 64 * 1024 * 1024;
