import type { Input } from "../../drivers/input/input.ts";
import { showBench } from "../diagnostics/bench.ts";
import type { Monitor } from "../diagnostics/monitor.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { ToStage } from "../stage/messages.ts";

/** On a keyboard that a technician brings along; visitors have none. */
const benchKey = "F8";

/** What fingers and keys do to a kiosk. */
interface Touched {
  readonly device: string;
  readonly monitor: Monitor;
  readonly trace: Trace;
  post(message: ToStage): void;
}

/** One key shows the bench, and the bench shows what is pressed and touched. */
export function followFingers(input: Input, { device, monitor, trace, post }: Touched): void {
  input.onEvent((event) => {
    if (event.kind === "device") {
      const { name, there } = event;
      trace.note({ area: "input", kind: there ? "plugged" : "unplugged", name });
      return;
    }
    if (event.kind === "key" && event.name === benchKey) showBench(monitor, device);
    post({ kind: "input", event });
  });
}
