import { readFileSync } from "node:fs";
import { SilentKiosk } from "./silent-kiosk.ts";

/** The desk's side of one kiosk as a process of its own: `desk-main.ts URL DEVICE FOLDER`. */
const [url = "", device = "", folder = ""] = process.argv.slice(2);
const kiosk = await SilentKiosk.start(url, device, folder);
process.once("SIGTERM", async () => {
  const status = readFileSync("/proc/self/status", "utf8");
  process.stdout.write(`${/VmHWM:\s+(\d+)/.exec(status)?.[1]}\n`);
  await kiosk[Symbol.asyncDispose]();
});
