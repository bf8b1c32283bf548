import { join } from "node:path";
import { type Bench, type Finding, keep } from "./checks.ts";
import type { Shot } from "./machine.ts";
import { until } from "./wait.ts";

const file = "/etc/frontdesk/config.json";

/** A monitor mounted upside down: the configuration turns the picture, to the pixel. */
export async function turnsPicture({ machine, greeter, out }: Bench): Promise<Finding> {
  const kept = `cp -p ${file} ${file}.kept`;
  const turn = `sed -i 's/"driver": "drm"/"driver": "drm", "rotation": 180/' ${file}`;
  await machine.shell(`${kept} && ${turn} && systemctl restart frontdesk`, 180_000);
  const look = async () => greeter.look(turned(await machine.screen()));
  const isTurned = async (): Promise<boolean> => (await look()).differs === 0;
  const passed = await until(isTurned, "the picture to be turned", 60_000).then(
    () => true,
    () => false,
  );
  await keep(await machine.screen(), join(out, "turned.png"));
  await machine.shell(`mv ${file}.kept ${file} && systemctl restart frontdesk`, 180_000);
  return { passed, facts: { rotation: 180 } };
}

function turned({ width, height, pixels }: Shot): Shot {
  const back = new Uint8Array(pixels.length);
  for (let at = 0; at < pixels.length; at += 3) {
    back.set(pixels.subarray(at, at + 3), pixels.length - 3 - at);
  }
  return { width, height, pixels: back };
}
