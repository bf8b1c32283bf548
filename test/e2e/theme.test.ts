import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import sharp from "sharp";
import { RunningKiosk } from "../../scripts/bench/kiosk.ts";
import { type Broker, startBroker } from "../../scripts/demo/broker.ts";
import { publish, request } from "../support/clients.ts";
import { until } from "../support/until.ts";

let broker: Broker;
let kiosk: RunningKiosk;
before(async () => {
  broker = await startBroker();
  const flags = ["--display", "memory", "--audio", "silent", "--tier", "360p"];
  kiosk = await RunningKiosk.start(broker.url, flags);
});
after(async () => {
  await kiosk[Symbol.asyncDispose]();
  await broker.stop();
});

test("a theme that the fleet pushes is on the screen without a new start", async () => {
  const [shipped] = await corners();
  assert.ok(shipped[0] > 200 && shipped[2] > 200, "as it is shipped");
  const scene = { background: { colour: "#203050" }, layout: "right", zoom: 0.6, clock: true };
  await push(1, scene);
  await until(async () => (await corners())[0][0] < 60, "the dark background");
  const [top, foot] = await corners();
  assert.ok(top[2] > top[0] && foot[2] > foot[0], "it is behind the avatar, who stands aside");
  const starts = kiosk.log.filter(({ area, kind }) => area === "start" && kind === "picture");
  assert.equal(starts.length, 1);
});

test("a logo that is not there is told, and everything else of the theme holds", async () => {
  await push(2, { background: { colour: "#f0f0ff" }, logo: "/nowhere/logo.png" });
  await until(async () => (await corners())[0][0] > 200, "the light background");
  const told = () => kiosk.log.find(({ kind }) => kind === "logo-refused");
  await until(() => told() !== undefined, "the refusal in the log");
  assert.equal(told()?.reason, "Cannot show logo /nowhere/logo.png: there is no such file");
  const { jobId } = await kiosk.submit({ text: "Hello." });
  assert.equal((await kiosk.event(jobId, "completed", "failed")).state, "completed");
});

async function push(version: number, scene: object): Promise<void> {
  const document = JSON.stringify({ version, config: { scene } });
  await publish(broker.port, `frontdesk/1/${kiosk.device}/config/desired`, document, "-r");
  await kiosk.seen("config/reported", (data) => {
    return data.version === version && data.state === "committed";
  });
}

/** The colours at the top left and the foot left, as the screenshot command gives them. */
async function corners(): Promise<readonly [Colour, Colour]> {
  const topic = `frontdesk/1/${kiosk.device}/cmd/screenshot/req`;
  const { data } = (await request(broker.port, topic, "{}")) as unknown as {
    data: { base64: string };
  };
  const { data: pixels, info } = await sharp(Buffer.from(data.base64, "base64"))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const colourAt = (y: number): Colour => {
    const at = (y * info.width + 4) * 3;
    return [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!];
  };
  return [colourAt(4), colourAt(info.height - 4)];
}

type Colour = readonly [red: number, green: number, blue: number];
