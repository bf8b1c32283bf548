import type { Clock } from "../../drivers/clock/clock.ts";
import type { Supervisor } from "../../drivers/supervisor/supervisor.ts";
import type { Thread } from "../../drivers/thread/thread.ts";
import type { Speaker } from "../desk/speaker.ts";
import type { Monitor } from "../diagnostics/monitor.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { FleetSession } from "../fleet/session.ts";
import type { Bell } from "../loop.ts";
import type { FromStage, ToStage } from "../stage/messages.ts";
import type { Content } from "./content.ts";
import type { Shutter } from "./shutter.ts";
import type { Theatre } from "./theatre.ts";

interface Watched {
  readonly stage: Thread<ToStage, FromStage>;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly monitor: Monitor;
  readonly trace: Trace;
  readonly content: Content;
}

interface Hearers {
  readonly shutter: Shutter;
  readonly theatre: Theatre;
  readonly speaker: Speaker;
  readonly session: FleetSession;
  readonly bell: Bell;
  /** Tells a stage that started anew what it has to know. */
  refresh(): void;
}

/** Gives what the stage says to whom it concerns. */
export function watchStage(watched: Watched, hearers: Hearers): void {
  const { stage, supervisor, clock, monitor, trace, content } = watched;
  const { shutter, theatre, speaker, session, bell, refresh } = hearers;
  let starts = 0;
  const { vitals } = monitor;
  stage.onMessage((message) => {
    if (message.kind === "pulse") {
      const before = vitals.state;
      vitals.stagePulse(message.pulse, clock.monotonicMs());
      if (vitals.state !== before) session.refresh();
      return supervisor.alive();
    }
    if (message.kind === "ready") {
      vitals.stageReady(message.facts, clock.monotonicMs());
      session.refresh();
      if (starts++ > 0) refresh();
    }
    if (message.kind === "avatar-shown") {
      vitals.stageChanged(message.facts);
      session.refresh();
    }
    if (message.kind === "trace") trace.note(message.event);
    shutter.receive(message);
    theatre.receive(message);
    content.hear(message);
    speaker.receive(message);
    bell.ring();
  });
  stage.onLost((reason) => {
    trace.note({ area: "stage", kind: "lost", reason });
    vitals.stageLost(reason, clock.monotonicMs());
    content.stageLost(reason, theatre.stageLost(reason));
    speaker.stageLost();
    bell.ring();
  });
}
