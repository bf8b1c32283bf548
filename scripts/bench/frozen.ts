import { parentPort } from "node:worker_threads";

// A stage that begins well and then hangs for good in its third second, as a graphics driver can.

let shown = 0;
parentPort?.postMessage({ kind: "ready", facts: { displaysRefused: [], audioRefused: [] } });
setInterval(() => {
  shown += 25;
  const quiet = {
    dropped: 0,
    late: 0,
    workMs: [],
    sounding: false,
    heard: 0,
    underruns: 0,
    resting: false,
  };
  parentPort?.postMessage({ kind: "pulse", pulse: { shown, ...quiet } });
  while (shown >= 75) shown++;
}, 1000);
