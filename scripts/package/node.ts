import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { CommandLog } from "../native/command.ts";
import type { Architecture } from "../native/target.ts";
import { npmArchitectures } from "./modules.ts";

/** The archives of the Node that package.json pins; a new Node there needs new digests here. */
const pins = {
  version: "24.21.0",
  amd64: "3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  arm64: "FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
} as const;

/** Puts the pinned Node, program and licence, where `scripts/frontdesk` looks for it. */
export async function copyNode(
  places: { readonly root: string; readonly work: string; readonly target: string },
  arch: Architecture,
  log: CommandLog,
): Promise<void> {
  const { root, work, target } = places;
  checkPin(root);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const name = `node-linux-${npmArchitectures[arch]}@${pins.version}`;
  await log.run("npm", ["pack", "--pack-destination", work, name], { cwd: root });
  const archive = join(work, readdirSync(work).find((file) => file.endsWith(".tgz")) ?? "");
  const digest = createHash("sha512").update(readFileSync(archive)).digest("base64");
  if (digest !== pins[arch]) {
    throw new Error(`Cannot use ${name}: its SHA-512 is ${digest}, it should be ${pins[arch]}`);
  }
  await log.run("tar", ["-xzf", archive, "-C", work]);
  mkdirSync(join(target, "bin"), { recursive: true });
  cpSync(join(work, "package/bin/node"), join(target, "bin/node"));
  cpSync(join(work, "package/LICENSE"), join(target, "LICENSE"));
}

function checkPin(root: string): void {
  const text = readFileSync(join(root, "package.json"), "utf8");
  const wanted = (JSON.parse(text) as { dependencies: { node: string } }).dependencies.node;
  if (wanted === pins.version) return;
  throw new Error(`Cannot package Node ${wanted}: scripts/package/node.ts pins ${pins.version}`);
}
