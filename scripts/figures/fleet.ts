import { deliver } from "../bench/deliveries.ts";
import { mistreat } from "../bench/documents.ts";
import { type FaultResult, faults, hands, suffer } from "../bench/faults.ts";
import { type Figure, percentileOf } from "../bench/figure-line.ts";
import { healByVirtualClock, healFromWrongBroker } from "../bench/heal.ts";
import { loadDevice } from "../bench/load.ts";
import { tear, tornStores } from "../bench/torn.ts";
import { startBroker } from "../demo/broker.ts";

/** What issue "fleet" promises: under load, on bad lines, through power cuts and bad input. */
export async function* fleetFigures(quick: boolean): AsyncIterable<Figure> {
  yield* load(quick ? 200 : 4_000, quick ? 500 : 10_000);
  yield* matrix(quick ? 1 : 3);
  yield* torn(quick ? 300 : Number.POSITIVE_INFINITY);
  yield* deliveries(quick ? 20_000 : 1_000_000);
  yield* documents(quick ? 1_000 : 10_000);
  yield* healing(quick);
}

async function* load(jobs: number, devicesMax: number): AsyncIterable<Figure> {
  await using broker = await startBroker({ config: ["autosave_on_changes false"] });
  const load = await loadDevice(broker, jobs, devicesMax);
  const { submitsPerSecond, queuedMs, peakMb, others, othersPerSecond, devices } = load;
  yield plain("other devices that came up meanwhile", devices, "devices");
  yield plain("their messages", others, "");
  yield plain("their messages, sustained", othersPerSecond, "/s");
  yield plain("jobs of one device beside them, sustained", submitsPerSecond, "jobs/s");
  yield plain("submit -> queued at 10 jobs/s, p50", percentileOf(queuedMs, 0.5), "ms");
  yield plain("submit -> queued at 10 jobs/s, p95", percentileOf(queuedMs, 0.95), "ms");
  yield plain("peak RSS of the device's desk under that load", peakMb, "MB");
}

async function* matrix(rounds: number): AsyncIterable<Figure> {
  const results: FaultResult[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const hand of hands) {
      const all = Object.keys(faults).map((fault) => suffer(fault, hand));
      results.push(...(await Promise.all(all)));
    }
  }
  const sum = (of: (result: FaultResult) => number) =>
    results.reduce((all, one) => all + of(one), 0);
  const name = `${results.length} faults x 5 jobs in all their states`;
  yield none(
    `${name}: jobs lost`,
    sum(({ lost }) => lost),
  );
  yield none(
    `${name}: spoken or told twice`,
    sum(({ twice }) => twice),
  );
  const seconds = results.map(({ reconnectMs }) => reconnectMs / 1e3);
  const value = percentileOf(seconds, 0.95);
  yield { name: "back after the broker is back, p95", value, unit: "s", target: { atMost: 60 } };
}

async function* torn(cutsMax: number): AsyncIterable<Figure> {
  for (const [name, store] of Object.entries(tornStores)) {
    const result = await tear(store, cutsMax);
    const title = `${name}, ${result.cuts} torn writes`;
    yield none(`${title}: unreadable states`, result.unreadable);
    yield none(`${title}: acknowledged records lost`, result.lost);
    const target = cutsMax === Number.POSITIVE_INFINITY ? { atLeast: 10_000 } : undefined;
    yield { name: `${name}: torn writes tried`, value: result.cuts, unit: "", target };
  }
}

async function* deliveries(messages: number): AsyncIterable<Figure> {
  const { twice, never } = await deliver(messages);
  const name = `${messages} messages, each 1-3 times, out of order`;
  yield none(`${name}: taken twice`, twice);
  yield none(`${name}: not taken`, never);
}

async function* documents(count: number): AsyncIterable<Figure> {
  const { crashes, incomplete } = await mistreat(count);
  yield none(`${count} wrong and broken documents: crashes`, crashes);
  yield none(`${count} wrong and broken documents: errors missing`, incomplete);
}

async function* healing(quick: boolean): AsyncIterable<Figure> {
  const name = "a pushed wrong broker address heals itself";
  const target = { atMost: 120 };
  yield { name: `${name}, virtual clock`, value: await healByVirtualClock(), unit: "s", target };
  if (quick) return;
  await using broker = await startBroker();
  yield {
    name: `${name}, in earnest`,
    value: await healFromWrongBroker(broker),
    unit: "s",
    target,
  };
}

function none(name: string, value: number): Figure {
  return { name, value, unit: "", target: { atMost: 0 } };
}

function plain(name: string, value: number, unit: string): Figure {
  return { name, value, unit, target: undefined };
}
