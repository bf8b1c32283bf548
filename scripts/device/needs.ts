import { spawnSync } from "node:child_process";

/** Programs that the emulated board needs beyond set-up's, and the Debian package of each. */
const programs: Readonly<Record<string, string>> = {
  mmdebstrap: "mmdebstrap",
  "arch-test": "arch-test",
  "qemu-aarch64-static": "qemu-user-static",
  "qemu-system-aarch64": "qemu-system-arm",
  "aarch64-linux-gnu-gcc": "gcc-aarch64-linux-gnu",
  "aarch64-linux-gnu-g++": "g++-aarch64-linux-gnu",
  modprobe: "kmod",
  cpio: "cpio",
  mke2fs: "e2fsprogs",
};

/** What to do before the board can be built; undefined when nothing is missing. */
export function missingFor(userId: number | undefined): string | undefined {
  if (userId !== 0) return "run it as root: it makes a Debian in a chroot";
  const absent = Object.entries(programs).filter(([name]) => {
    return spawnSync("sh", ["-c", 'command -v "$1"', "sh", name]).status !== 0;
  });
  if (absent.length === 0) return undefined;
  const packages = absent.map(([, from]) => from).join(" ");
  return `apt-get install --no-install-recommends ${packages}`;
}
