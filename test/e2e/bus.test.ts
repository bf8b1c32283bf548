import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { BusState } from "../../drivers/bus/bus.ts";
import { MqttBus } from "../../drivers/bus/mqtt.ts";
import type { BusTrouble, MqttOptions } from "../../drivers/bus/options.ts";
import { startBroker } from "../../scripts/demo/broker.ts";
import { publish } from "../support/clients.ts";
import { until } from "../support/until.ts";

const folder = await mkdtemp(join(tmpdir(), "frontdesk-bus-"));
after(() => rm(folder, { recursive: true }));

test("a refused login is tried again until it is accepted", async () => {
  const passwords = join(folder, "passwords");
  setPassword(passwords, "old");
  const config = ["allow_anonymous false", `password_file ${passwords}`];
  await using broker = await startBroker({ config });
  await using device = new Device(broker.url, { username: "device", password: "new" });
  const granted = device.bus.subscribe(["a"], async () => {});
  await until(() => device.reasons.has("Connection refused: Not authorized"), "the refusal");
  await until(() => device.attempts >= 3, "further attempts");
  await broker.crash();
  setPassword(passwords, "new");
  await broker.restart();
  await granted;
});

test("a refused subscription is an error, and is asked for until it is granted", async () => {
  const rules = join(folder, "rules.json");
  const [plugin] = globSync("/usr/lib/*/mosquitto_dynamic_security.so");
  assert(plugin, "the Debian package mosquitto brings its security plugin");
  await writeFile(rules, rulesFor("allowed"));
  const config = [`plugin ${plugin}`, `plugin_opt_config_file ${rules}`];
  await using broker = await startBroker({ config });
  await using device = new Device(broker.url, {});
  await device.bus.subscribe(["allowed"], async () => {});
  const refused = device.bus.subscribe(["secret"], async () => {});
  await assert.rejects(refused, /^Error: Cannot subscribe to secret: .*Not authorized$/);
  await until(() => device.state === "disconnected", "the failed connection");
  assert.equal(device.troubles[0]?.kind, "subscription-refused");
  await broker.crash();
  await writeFile(rules, rulesFor("allowed", "secret"));
  await broker.restart();
  await until(() => device.state === "connected", "the granted subscription");
});

test("a message that a former start subscribed to is let go and reported", async () => {
  await using broker = await startBroker();
  const clientId = "kept";
  {
    await using before = new Device(broker.url, { clientId });
    await before.bus.subscribe(["former"], async () => {});
  }
  await publish(broker.port, "former", "for nobody");
  await using device = new Device(broker.url, { clientId });
  const got: string[] = [];
  await device.bus.subscribe(["present"], async ({ payload }) => {
    got.push(Buffer.from(payload).toString());
  });
  await publish(broker.port, "present", "for somebody");
  await until(() => got.length > 0, "the wanted message");
  assert.deepEqual(got, ["for somebody"]);
  const [trouble] = device.troubles;
  assert.deepEqual([trouble?.kind, trouble?.topics], ["message-unwanted", ["former"]]);
});

test("two devices with one id take the session from each other and neither gives up", async () => {
  await using broker = await startBroker();
  await using first = new Device(broker.url, { clientId: "twin" });
  await using second = new Device(broker.url, { clientId: "twin" });
  await Promise.all([first, second].map(({ bus }) => bus.subscribe(["a"], async () => {})));
  await until(() => first.attempts >= 3 && second.attempts >= 3, "both to come back");
});

/** A bus, and what it says of its connection. */
class Device implements AsyncDisposable {
  readonly bus: MqttBus;
  readonly reasons = new Set<string>();
  readonly troubles: BusTrouble[] = [];
  state: BusState["kind"] = "disconnected";
  /** How often a CONNECT was prepared after one that had reached the broker. */
  attempts = 0;

  constructor(url: string, options: Partial<MqttOptions>) {
    const will = () => {
      this.attempts += 1;
      return { topic: "will", payload: new Uint8Array(), qos: 1 } as const;
    };
    const onTrouble = (trouble: BusTrouble) => this.troubles.push(trouble);
    this.bus = new MqttBus({ url, clientId: "device", will, onTrouble, ...options });
    this.bus.onState((state) => {
      this.state = state.kind;
      if (state.kind === "disconnected") this.reasons.add(state.reason);
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.bus[Symbol.asyncDispose]();
  }
}

function setPassword(file: string, password: string): void {
  execFileSync("mosquitto_passwd", ["-c", "-b", file, "device", password]);
}

/** A configuration of mosquitto's dynamic security plugin: who is unknown may hear these topics. */
function rulesFor(...topics: readonly string[]): string {
  const acls = topics.map((topic) => ({ acltype: "subscribeLiteral", topic, allow: true }));
  return JSON.stringify({
    defaultACLAccess: {
      ...{ publishClientSend: true, publishClientReceive: true },
      ...{ subscribe: false, unsubscribe: true },
    },
    clients: [],
    groups: [{ groupname: "anybody", roles: [{ rolename: "listener" }] }],
    roles: [{ rolename: "listener", acls }],
    anonymousGroup: "anybody",
  });
}
