import type { BenchCard } from "../stage/card.ts";
import type { Monitor } from "./monitor.ts";

/** How long the bench stays when nobody says otherwise. */
const benchMs = 60_000;

/**
 * Shows the bench on the screen of a kiosk; false when there is no stage to show it, or somebody
 * speaks: a visitor goes before the technician.
 */
export function showBench(monitor: Monitor, device: string): boolean {
  const { door, view, addresses } = monitor;
  if (!door || !monitor.vitals.facts || view.now.state === "speaking") return false;
  const { tier, audio } = monitor.vitals.facts;
  const [first = "none"] = addresses;
  const findings = view.findings.map(({ code, cause }) => `${code}: ${cause}`);
  const card: BenchCard = {
    lines: [
      `Tier ${tier}, sound ${audio}`,
      `Device ${device}`,
      `Address ${first}${addresses.length > 1 ? ` and ${addresses.length - 1} more` : ""}`,
      `Broker ${view.connected ? "connected" : "not connected"}`,
      ...(findings.length === 0 ? ["Nothing is wrong"] : findings),
    ],
    code: `frontdesk:${device}?address=${first}&health=${view.health.level}`,
    forMs: benchMs,
  };
  door.bench(card);
  return true;
}
