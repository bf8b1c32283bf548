import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  openSupervisor,
  type ServiceEnvironment,
  startMsMax,
} from "../../drivers/supervisor/systemd.ts";
import { until } from "../support/until.ts";

const helperPath = join(import.meta.dirname, "../../build/native/bin/notify");
let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "frontdesk-supervisor-"));
});
after(() => rmSync(folder, { recursive: true }));

test("a daemon that systemd did not start has no supervisor to tell", () => {
  const supervisor = open({}, []);
  supervisor.alive();
  assert.equal(supervisor.name, "absent");
});

test("the first picture ends the start, the end is announced", async () => {
  await using systemd = await Listener.open(join(folder, "first"));
  await using supervisor = open({ NOTIFY_SOCKET: systemd.path }, []);
  supervisor.alive();
  supervisor.alive();
  supervisor.stopping();
  await until(() => systemd.text.includes("STOPPING=1"), "the end");
  assert.equal(systemd.text, "READY=1STOPPING=1", "without a watchdog nothing is pinged");
});

test("pictures feed the watchdog, but not more often than it needs", async () => {
  await using systemd = await Listener.open(join(folder, "fed"));
  const environment = { NOTIFY_SOCKET: systemd.path, WATCHDOG_USEC: "150000" };
  await using supervisor = open(environment, []);
  await until(() => {
    supervisor.alive();
    return systemd.text.split("WATCHDOG=1").length > 3;
  }, "three pings");
  assert.match(systemd.text, /^READY=1(WATCHDOG=1)+$/);
});

test("a watchdog over another process is not fed", async () => {
  await using systemd = await Listener.open(join(folder, "other"));
  const watchdog = { WATCHDOG_USEC: "1", WATCHDOG_PID: "1" };
  await using supervisor = open({ NOTIFY_SOCKET: systemd.path, ...watchdog }, []);
  supervisor.alive();
  supervisor.alive();
  supervisor.stopping();
  await until(() => systemd.text.includes("STOPPING=1"), "the end");
  assert.equal(systemd.text, "READY=1STOPPING=1");
});

test("a supervisor that cannot be reached is told of once, and is no failure", async () => {
  const troubles: string[] = [];
  await using supervisor = open({ NOTIFY_SOCKET: join(folder, "nobody") }, troubles);
  await until(() => {
    supervisor.alive();
    return troubles.length > 1;
  }, "both ways to have failed");
  for (let picture = 0; picture < 10; picture++) supervisor.alive();
  assert.match(troubles[0] ?? "", /^Cannot notify .*nobody: .*; systemd-notify takes its place$/);
  assert.match(troubles[1] ?? "", /^systemd-notify: .*; systemd is told nothing any more$/);
  assert.equal(troubles.length, 2);
});

test("a start without a picture is noticed, one with a picture is not", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let overdue = 0;
  const source = { helperPath, onTrouble: () => {}, onOverdue: () => overdue++ };
  await using shown = openSupervisor({ ...source, environment: { NOTIFY_SOCKET: "/nobody" } });
  shown.alive();
  t.mock.timers.tick(startMsMax);
  assert.equal(overdue, 0);
  await using black = openSupervisor({ ...source, environment: { NOTIFY_SOCKET: "/nobody" } });
  t.mock.timers.tick(startMsMax);
  assert.equal(black.name, "systemd");
  assert.equal(overdue, 1);
});

test("a helper that is not there is no failure either", async () => {
  const troubles: string[] = [];
  const environment = { NOTIFY_SOCKET: join(folder, "nobody"), WATCHDOG_USEC: "1" };
  const onTrouble = (reason: string) => troubles.push(reason);
  await using supervisor = openSupervisor({
    ...{ helperPath: "/nowhere", environment, onTrouble, onOverdue },
  });
  await until(() => {
    supervisor.alive();
    return troubles.length > 1;
  }, "both ways to have failed");
  assert.match(troubles[0] ?? "", /ENOENT/);
});

const onOverdue = (): never => assert.fail("overdue within the test");

function open(environment: ServiceEnvironment, troubles: string[]) {
  const onTrouble = (reason: string) => troubles.push(reason);
  return openSupervisor({ helperPath, environment, onTrouble, onOverdue });
}

/** What systemd is to its services: a socket for datagrams. */
class Listener implements AsyncDisposable {
  readonly path: string;
  text = "";
  readonly #child: ChildProcess;

  private constructor(path: string) {
    this.path = path;
    this.#child = spawn("socat", ["-u", `UNIX-RECV:${path}`, "-"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#child.stdout?.on("data", (part: Buffer) => {
      this.text += part;
    });
  }

  static async open(path: string): Promise<Listener> {
    const listener = new Listener(path);
    await until(() => existsSync(path), "the socket");
    return listener;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill();
    await ended;
  }
}
