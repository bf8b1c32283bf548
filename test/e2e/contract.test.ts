import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { connectAsync, type MqttClient } from "mqtt";
import { RunningKiosk } from "../../scripts/bench/kiosk.ts";
import { startBroker } from "../../scripts/demo/broker.ts";
import { until } from "../support/until.ts";

const headless = ["--display", "memory", "--audio", "silent", "--tier", "360p"];
const base = "frontdesk/1/bench";

interface Heard {
  readonly topic: string;
  readonly message: { readonly type: string; readonly data: Record<string, unknown> };
}

test("all that a kiosk says in a busy minute is as its published contract has it", async () => {
  await using broker = await startBroker();
  const client = await connectAsync(broker.url, { protocolVersion: 5 });
  const heard: Heard[] = [];
  client.on("message", (topic, payload, { retain }) => {
    // What this test itself says comes back as well: only what wears the envelope is the kiosk's.
    const message = payload.length === 0 ? {} : JSON.parse(payload.toString());
    if (message.v === 1 && !retain) heard.push({ topic, message });
  });
  await client.subscribeAsync([`${base}/#`, "answers/#"], { qos: 1 });
  {
    await using kiosk = await RunningKiosk.start(broker.url, headless);
    await askEverything(client);
    await until(() => ended(heard, "done"), "the last job's end");
    await until(() => has(heard, "cmd.self-test", "successful"), "the end of the self-test");
    await until(() => heard.some(({ message }) => message.type === "telemetry.stage"), "numbers");
    assert.equal(kiosk.log.filter(({ kind }) => kind === "publish-failed").length, 0);
  }
  await until(() => has(heard, "state", "disconnected"), "the goodbye");
  await client.endAsync();
  const checks = checksByType();
  const types = new Set<string>();
  for (const { topic, message } of heard) {
    const check = checks(message.type);
    types.add(message.type);
    assert(check(message), `${topic} ${message.type}: ${JSON.stringify(check.errors)}`);
  }
  const due = ["state", "info", "health", "speech.event", "speech.now", "config.reported"];
  due.push("content.reported", "telemetry.stage", "cmd.ping.res", "cmd.reboot", "cmd.echo");
  assert.deepEqual(
    due.filter((type) => !types.has(type)),
    [],
  );
});

async function askEverything(client: MqttClient): Promise<void> {
  const say = (name: string, body: object, responseTopic?: string) => {
    const properties = responseTopic === undefined ? {} : { responseTopic };
    return client.publishAsync(`${base}/${name}`, JSON.stringify(body), { qos: 1, properties });
  };
  await say("speech/submit", { jobId: "bad", text: 5, priority: 12 }, "answers/1");
  await say("speech/submit", { jobId: "cut", text: "A long text. ".repeat(40) });
  await say("speech/submit", { jobId: "last", text: "Hello." }, "answers/1");
  await say("speech/submit", { jobId: "last", text: "Hello." }, "answers/1");
  await say("speech/cancel", { jobId: "cut" }, "answers/1");
  await say("speech/cancel", { jobId: "nobody" }, "answers/1");
  await say("config/desired", { version: 1, config: { audio: { volume: 0.3 } } });
  await say("config/desired", { version: 2, config: { audio: { volume: 3 } } });
  await say("content/desired", { version: 1, avatars: [{ id: "anna" }, { id: "ben" }] });
  for (const type of ["ping", "identify", "doctor", "log-level", "screenshot", "nonsense"]) {
    await say(`cmd/${type}/req`, type === "log-level" ? { level: "debug" } : {}, `answers/${type}`);
  }
  await say("cmd/self-test/1", { state: "init" });
  await say("cmd/reboot/1", { state: "init" });
  await say("speech/submit", { jobId: "done", text: "Goodbye." }, "answers/1");
}

function ended(heard: readonly Heard[], jobId: string): boolean {
  return heard.some(({ message }) => {
    return message.data.jobId === jobId && message.data.state === "completed";
  });
}

function has(heard: readonly Heard[], type: string, state: string): boolean {
  return heard.some(({ message }) => message.type === type && message.data.state === state);
}

/** The envelope with the published schema of what is in it, as another program would check it. */
function checksByType(): (type: string) => ValidateFunction {
  const judge = new Ajv2020({ strict: false, allErrors: true });
  const schema = (id: string) => JSON.parse(readFileSync(`config/schema/${id}.json`, "utf8"));
  const known = new Map<string, ValidateFunction>();
  return (type) => {
    const id = schemaOf(type);
    const found = known.get(id);
    if (found) return found;
    const { $id: _, ...data } = schema(id);
    const { $id: _id, ...envelope } = schema("envelope");
    const check = judge.compile({ allOf: [envelope, { properties: { data } }] });
    known.set(id, check);
    return check;
  };
}

function schemaOf(type: string): string {
  if (type.startsWith("telemetry.")) return "telemetry";
  if (type.endsWith(".res")) return "cmd.answer";
  if (type.startsWith("cmd.") && type !== "cmd.echo") return "cmd.progress";
  return type;
}
