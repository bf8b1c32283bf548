import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connectAsync, type IDisconnectPacket } from "mqtt";
import { limits } from "../../config/limits.ts";
import type { Message } from "../../drivers/bus/bus.ts";
import { MqttBus } from "../../drivers/bus/mqtt.ts";
import { RunningKiosk } from "../../scripts/bench/kiosk.ts";
import { type Broker, startBroker } from "../../scripts/demo/broker.ts";
import { provision } from "../../scripts/provision/provision.ts";
import { Authority } from "../support/authority.ts";
import { until } from "../support/until.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-security-"));
const authority = new Authority(folder);
const manager = authority.issue("manager");
const [a, b] = [provisioned("device-a"), provisioned("device-b")];
let broker: Broker;
before(async () => {
  broker = await startBroker({ config: brokerLines() });
});
after(async () => {
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("provision makes a key for its owner alone and a configuration without secrets", () => {
  const home = join(folder, "device-a");
  assert.equal(statSync(join(home, "device.key")).mode & 0o777, 0o600);
  const config = readFileSync(join(home, "config.json"), "utf8");
  assert(!config.includes("PRIVATE"));
  assert.equal(JSON.parse(config).broker.certFile, join(home, "device.crt"));
  assert.throws(() => provisioned("device-a"), /device.key is there already, it must be new$/);
  assert.throws(() => provisioned("Device A"), /^RangeError: Cannot use device id "Device A"/);
});

test("without a certificate, or with one of another authority, nobody gets in", async () => {
  await using device = new Client("device-a", a);
  await device.bus.subscribe([topic("device-a", "speech/submit")], async () => {});
  const strangers = new Authority(folder, "strangers").issue("device-a-twin");
  for (const args of [[], ["--cert", strangers.certFile, "--key", strangers.keyFile]]) {
    assert.throws(() => mosquittoPub("frontdesk/1/device-a/state", args), /tls|TLS|error|Error/);
  }
});

test("device A neither reads nor writes anything of device B", async () => {
  await using first = new Client("device-a", a);
  await using second = new Client("device-b", b);
  await using boss = new Client("manager", manager);
  const seenByA: Message[] = [];
  const seenByBoss: Message[] = [];
  await first.bus.subscribe(["#"], async (message) => void seenByA.push(message));
  await boss.bus.subscribe(["frontdesk/#"], async (message) => void seenByBoss.push(message));
  const mine = [...written, ...read].map((name) => topic("device-a", name));
  const theirs = [...written, ...read].map((name) => topic("device-b", name));
  const elsewhere = [...theirs, "frontdesk/reply/device-b/1", "frontdesk/1/$host/state", "other"];
  for (const one of elsewhere) await assert.rejects(first.say(one), /Not authorized/, one);
  for (const name of written) await second.say(topic("device-b", name));
  for (const name of read) await boss.say(topic("device-b", name));
  for (const name of written) await first.say(topic("device-a", name));
  await first.say("frontdesk/reply/device-a/1");
  for (const name of read) await boss.say(topic("device-a", name));
  await until(() => seenByA.length >= read.length, "what A may read");
  assert.deepEqual(
    seenByA.map(({ topic }) => topic).filter((one) => !mine.includes(one)),
    [],
  );
  const fromA = seenByBoss.filter(({ topic }) => topic.includes("device-b"));
  assert.equal(fromA.length, written.length + read.length, "nothing of B but what is B's");
});

test("an exchanged certificate is used at once, and nobody takes it for a loss", async () => {
  const rotated = join(folder, "rotated.crt");
  // The certificate of another key: what lies there while only one of the two files is exchanged.
  copyFileSync(new Authority(folder, "old").issue("device-c").certFile, rotated);
  const { keyFile } = authority.issue("device-c");
  await using boss = new Client("manager", manager);
  const states: string[] = [];
  await boss.bus.subscribe([topic("device-c", "state")], async ({ payload }) => {
    states.push(new TextDecoder().decode(payload));
  });
  await using device = new Client("device-c", { certFile: rotated, keyFile });
  const granted = device.bus.subscribe([topic("device-c", "speech/submit")], async () => {});
  await until(() => device.failures > 0, "the refusal");
  copyFileSync(join(folder, "device-c.crt"), rotated);
  await granted;
  device.bus.renew();
  await until(() => device.connections >= 2, "the renewed connection");
  await device.say(topic("device-c", "state"), "ready");
  await until(() => states.includes("ready"), "the word after it");
  // QoS 1: the word itself may come twice.
  assert(!states.includes("lost"), "the will was not read");
});

test("the daemon comes up over mutual TLS, and no secret is in its log", async () => {
  await using kiosk = await daemon("device-b");
  const { jobId } = await kiosk.submit({ text: "Hello." });
  await kiosk.event(jobId, "completed");
  const log = JSON.stringify(kiosk.log);
  assert(!log.includes("PRIVATE KEY"));
});

test("the daemon follows a certificate that is exchanged while it runs", async () => {
  await using kiosk = await daemon("device-a");
  const sessions = () => states(kiosk).filter(({ state }) => state === "ready");
  const before = sessions().at(-1)?.session ?? 0;
  const home = join(folder, "device-a");
  authority.sign(join(home, "device.csr"), join(home, "device.crt"));
  await until(() => (sessions().at(-1)?.session ?? 0) > before, "a session with the new one");
  assert(!states(kiosk).some(({ state }) => state === "lost"), "the will was not read");
  const { jobId } = await kiosk.submit({ text: "Hello." });
  await kiosk.event(jobId, "completed");
});

test("what is too long for a device is refused to its sender, not dropped on the way", async () => {
  const options = { protocolVersion: 5, reconnectPeriod: 0, ...credentials(manager) } as const;
  const client = await connectAsync(url(), options);
  client.on("error", () => {});
  const refused = new Promise<IDisconnectPacket>((resolve) => client.once("disconnect", resolve));
  client.publish(topic("device-a", "speech/submit"), Buffer.alloc(limits.packetBytesMax), {
    qos: 1,
  });
  assert.equal((await refused).reasonCode, packetTooLarge);
  client.end(true);
});

/** MQTT 5, 3.14.2.1. */
const packetTooLarge = 0x95;

const written = [
  ...["state", "info", "health", "speech/event", "speech/now", "config/reported"],
  ...["content/reported", "alarm/STAGE_LOST", "event/critical/STAGE_LOST", "telemetry/stage"],
];
const read = ["speech/submit", "speech/cancel", "config/desired", "content/desired"];

/** A real daemon with the files that were provisioned for it. */
function daemon(device: string): Promise<RunningKiosk> {
  const { broker } = JSON.parse(readFileSync(join(folder, device, "config.json"), "utf8"));
  process.env.FRONTDESK_BROKER_CA_FILE = broker.caFile;
  process.env.FRONTDESK_BROKER_CERT_FILE = broker.certFile;
  process.env.FRONTDESK_BROKER_KEY_FILE = broker.keyFile;
  const flags = ["--display", "memory", "--audio", "silent", "--tier", "360p"];
  return RunningKiosk.start(url(), flags, { device, watch: credentials(manager) });
}

/** Every word of `state`, in their order. */
function states(kiosk: RunningKiosk): { state: string; session: number }[] {
  const said = kiosk.heard.filter(({ jobId }) => jobId === "state");
  return said.map(({ data }) => ({ state: String(data.state), session: Number(data.session) }));
}

interface Files {
  readonly certFile: string;
  readonly keyFile: string;
}

function provisioned(device: string): Files {
  const home = join(folder, device);
  mkdirSync(home, { recursive: true });
  const at = { root: "frontdesk", folder: home, home };
  const files = provision({ device, broker: "mqtts://127.0.0.1:8883", ...at });
  copyFileSync(authority.caFile, join(home, "ca.crt"));
  const certFile = authority.sign(files.request, join(home, "device.crt"));
  return { certFile, keyFile: files.key };
}

/** The template that ships, with the paths and the port of this test. */
function brokerLines(): string[] {
  const { certFile, keyFile } = authority.issue("broker");
  const shipped = readFileSync("config/mosquitto/frontdesk.conf", "utf8");
  const paths: Readonly<Record<string, string>> = {
    cafile: authority.caFile,
    certfile: certFile,
    keyfile: keyFile,
    acl_file: join(process.cwd(), "config/mosquitto/acl"),
  };
  const lines = shipped.split("\n").filter((line) => !line.startsWith("listener"));
  return lines.map((line) => {
    const [word = ""] = line.split(" ");
    return paths[word] === undefined ? line : `${word} ${paths[word]}`;
  });
}

function credentials({ certFile, keyFile }: Files) {
  const pem = (file: string) => readFileSync(file, "utf8");
  return { ca: pem(authority.caFile), cert: pem(certFile), key: pem(keyFile) };
}

function url(): string {
  return broker.url.replace("mqtt:", "mqtts:");
}

function topic(device: string, name: string): string {
  return `frontdesk/1/${device}/${name}`;
}

function mosquittoPub(to: string, args: readonly string[]): void {
  const at = ["-V", "5", "-p", String(broker.port), "--cafile", authority.caFile];
  execFileSync("mosquitto_pub", [...at, "-h", "127.0.0.1", "-t", to, "-m", "x", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
}

/** One client with its own certificate. */
class Client implements AsyncDisposable {
  readonly bus: MqttBus;
  connections = 0;
  failures = 0;

  constructor(name: string, files: Files) {
    const will = () => message(topic(name, "state"), "lost");
    const read = () => credentials(files);
    this.bus = new MqttBus({ url: url(), clientId: name, credentials: read, will });
    this.bus.onState(({ kind, ...state }) => {
      if (kind === "connected") this.connections += 1;
      else if ("reason" in state && state.reason !== "not connected yet") this.failures += 1;
    });
  }

  say(to: string, text = "x"): Promise<void> {
    return this.bus.publish(message(to, text));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.bus[Symbol.asyncDispose]();
  }
}

function message(topic: string, text: string): Message {
  return { topic, payload: new TextEncoder().encode(text), qos: 1 };
}
