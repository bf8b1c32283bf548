import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import type { Order } from "./order.ts";
import { stepsOf } from "./steps.ts";

/** Debian's own interpreter: only it sees Debian's packages. */
export const python = "/usr/bin/python3";

/** What shows that a Debian package is there: a module that imports, or a file or program. */
const signs: Readonly<Record<string, { readonly module?: string; readonly file?: string }>> = {
  "python3-numpy": { module: "numpy" },
  "python3-opencv": { module: "cv2" },
  "opencv-data": { file: "/usr/share/opencv4/haarcascades/haarcascade_frontalface_default.xml" },
  "python3-torch": { module: "torch" },
  "python3-onnx": { module: "onnx" },
  ffmpeg: { file: "/usr/bin/ffmpeg" },
};

const basicPackages = ["ffmpeg", "opencv-data", "python3-numpy", "python3-opencv"];

/** Throws an Error that says what to install when the build would lack something. */
export function demandPackages(order: Order): Promise<void> {
  return demandAll([...basicPackages, ...stepsOf(order).flatMap(({ packages }) => packages)]);
}

/** The same for what only looks at material. */
export function demandBasics(): Promise<void> {
  return demandAll(basicPackages);
}

async function demandAll(wanted: readonly string[]): Promise<void> {
  const missing: string[] = [];
  if (!existsSync(python)) missing.push("python3");
  for (const name of wanted) if (!(await isThere(name))) missing.push(name);
  if (missing.length === 0) return;
  const [is, install] = [missing.join(", "), missing.join(" ")];
  throw new Error(
    `Cannot work on footage: ${is} missing, install with: sudo apt install ${install}`,
  );
}

async function isThere(name: string): Promise<boolean> {
  const { module, file } = signs[name] ?? {};
  if (file !== undefined) return existsSync(file);
  try {
    await promisify(execFile)(python, ["-c", `import ${module}`], { timeout: 60_000 });
    return true;
  } catch {
    // The interpreter or the module is not there: the caller names the package.
    return false;
  }
}
