import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import sharp from "sharp";
import { RunningKiosk } from "../../scripts/bench/kiosk.ts";
import { type Broker, startBroker } from "../../scripts/demo/broker.ts";
import { request } from "../support/clients.ts";
import { until } from "../support/until.ts";

let broker: Broker;
let kiosk: RunningKiosk;
before(async () => {
  broker = await startBroker();
  kiosk = await RunningKiosk.start(broker.url, ["--display", "memory", "--audio", "silent"]);
});
after(async () => {
  await kiosk[Symbol.asyncDispose]();
  await broker.stop();
});

test("the daemon answers commands, and says no with a reason", async () => {
  const identified = await order("identify", {});
  assert.deepEqual([identified.status, identified.shown], ["successful", kiosk.device]);
  const unknown = await order("dance", {});
  assert.equal(unknown.errors?.[0]?.code, "UNKNOWN_COMMAND");
  const elsewhere = await order("screenshot", { url: "https://elsewhere.example/a.jpg" });
  assert.equal(elsewhere.errors?.[0]?.code, "HOST_NOT_ALLOWED");
});

test("a screenshot is a JPEG of what is shown, and a pushed background is in it", async () => {
  push(1, { scene: { background: { colour: "#ff0000" } }, audio: { volume: 0.5 } });
  await reported("committed");
  await until(async () => {
    const shot = await order("screenshot", {});
    const file = Buffer.from(String(shot.base64), "base64");
    assert.equal(shot.type, "image/jpeg");
    const corner = sharp(file).extract({ left: 4, top: 4, width: 1, height: 1 });
    const [red = 0, green = 0] = await corner.removeAlpha().raw().toBuffer();
    return red > 200 && green < 60;
  }, "a red corner");
});

test("a display key is tried by a new start of the parts and kept once it is proven", async () => {
  push(2, { avatar: { tier: "360p" } });
  await reported("probation");
  const { data } = await reported("committed");
  assert.equal(data.committed, 2);
  const { detail } = (await spoken()).data as { detail: { framesShown: number } };
  assert(detail.framesShown > 10);
  const shot = await order("screenshot", {});
  assert.deepEqual([shot.width, shot.height], [360, 640]);
});

test("a document with mistakes is answered with all of them", async () => {
  push(3, { avatar: { tier: "9p" }, device: "other", colour: 1 });
  const { data } = await reported("rejected");
  const errors = data.errors as { path: string }[];
  const paths = errors.map(({ path }) => path).sort();
  assert.deepEqual(paths, ["/config/avatar/tier", "/config/colour", "/config/device"]);
});

async function spoken() {
  const { jobId } = await kiosk.submit({ text: "The new picture is there." });
  return kiosk.event(jobId, "completed");
}

/** The first report of this state about the version that was pushed last. */
let version = 0;
function reported(state: string) {
  return kiosk.seen("config/reported", (data) => data.state === state && data.version === version);
}

function push(next: number, config: object): void {
  version = next;
  const topic = `frontdesk/1/${kiosk.device}/config/desired`;
  const to = ["-V", "5", "-p", String(broker.port), "-q", "1", "-r", "-t", topic];
  execFileSync("mosquitto_pub", [...to, "-m", JSON.stringify({ version, config })]);
}

interface Answer {
  readonly status: string;
  readonly shown?: string;
  readonly type?: string;
  readonly base64?: string;
  readonly width?: number;
  readonly height?: number;
  readonly errors?: readonly { readonly code: string }[];
}

async function order(type: string, args: object): Promise<Answer> {
  const topic = `frontdesk/1/${kiosk.device}/cmd/${type}/req`;
  const { data } = await request(broker.port, topic, JSON.stringify(args));
  return data as unknown as Answer;
}
