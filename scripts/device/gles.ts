import { join } from "node:path";
import { type Bench, type Finding, keep } from "./checks.ts";
import type { Shot } from "./machine.ts";
import { until } from "./wait.ts";

const home = "/usr/lib/frontdesk";

/** Runs inside: shows one picture by OpenGL ES, reads it back, and holds it for a while. */
const program = `
import { openDisplay } from "${home}/drivers/display/raylib.ts";
const display = openDisplay("${home}/build/native", "drm-gles", { width: 360, height: 640 });
const { width, height } = display;
const pixels = Uint8Array.from({ length: width * height * 4 }, (_, at) => at % 251);
for (let buffer = 0; buffer < 3; buffer++) display.show({ pixels, text: [] });
const seen = new Uint8Array(pixels.length);
display.read(seen);
const same = pixels.every((value, at) => at % 4 === 3 || seen[at] === value);
console.log("shown", width, height, same ? "read back the same" : "read back another");
setTimeout(() => display[Symbol.dispose](), 60_000);
`;

/**
 * The GPU's way to the screen, raylib's DRM platform with OpenGL ES 2, on a board that has no GPU:
 * Mesa's renderer on the CPU stands in for one. The kiosk has to be stopped.
 */
export async function drawsByGles(bench: Bench): Promise<Finding> {
  const { machine } = bench;
  const text = Buffer.from(program).toString("base64");
  const node = `${home}/node_modules/node/bin/node`;
  const run = `${node} /run/gles.mts >/run/gles.log 2>&1`;
  await machine.shell(`echo ${text} | base64 -d >/run/gles.mts; (${run} &)`);
  const said = async (): Promise<string> => (await machine.shell("cat /run/gles.log")).text;
  const isShown = async (): Promise<boolean> => (await said()).includes("shown");
  const shown = await until(isShown, "a picture by OpenGL ES", 120_000).then(
    () => true,
    () => false,
  );
  const shot = await machine.screen();
  await keep(shot, join(bench.out, "gles.png"));
  await machine.shell("pkill -f gles.mts");
  const differs = differing(shot);
  const facts = { said: await said(), differs };
  return { passed: shown && facts.said.endsWith("the same") && differs === 0, facts };
}

/** Pixels of the screen that are not those of the picture. */
function differing({ width, height, pixels }: Shot): number {
  let count = 0;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const isSame = [0, 1, 2].every((channel) => {
      return pixels[pixel * 3 + channel] === (pixel * 4 + channel) % 251;
    });
    if (!isSame) count++;
  }
  return count;
}
