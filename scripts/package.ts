import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CommandLog } from "./native/command.ts";
import { architectures } from "./native/target.ts";
import { buildPackage } from "./package/deb.ts";

// Builds the Debian packages: node scripts/package.ts [amd64] [arm64], both when none is named.

const root = fileURLToPath(new URL("..", import.meta.url));
const named = process.argv.slice(2);
const unknown = named.filter((name) => !architectures.some((arch) => arch === name));
if (unknown.length > 0) {
  process.stderr.write(
    `Cannot build packages for ${unknown.join(", ")}: known are ${architectures.join(", ")}\n`,
  );
  process.exit(2);
}

mkdirSync(join(root, "out"), { recursive: true });
for (const arch of architectures.filter((known) => named.length === 0 || named.includes(known))) {
  const log = new CommandLog(join(root, `build/log/package-${arch}.log`));
  const { file, bytes, avatarBytes } = await buildPackage(root, arch, log);
  const size = `${megabytes(bytes)} MB, of it avatars ${megabytes(avatarBytes)} MB`;
  process.stdout.write(`${file}  ${size}\n`);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
