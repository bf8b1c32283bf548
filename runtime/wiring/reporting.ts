import type { Bus } from "../../drivers/bus/bus.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import type { Trace } from "../diagnostics/trace.ts";
import { Alarms } from "../fleet/alarms.ts";
import type { Identity } from "../fleet/identity.ts";
import { Outbox } from "../fleet/outbox.ts";
import { Post } from "../fleet/post.ts";
import { Reports } from "../fleet/reports.ts";
import type { KeptEvent } from "../fleet/telling.ts";
import type { Settings } from "../settings/settings.ts";
import type { Content } from "./content.ts";

/** Who says what this device says by itself. */
export interface Reporting {
  readonly reports: Reports;
  /** Events of jobs that the broker does not have yet. */
  readonly unheard: Outbox<KeptEvent>;
}

interface Parts {
  readonly bus: Bus;
  readonly disk: Disk;
  readonly identity: Identity;
  readonly content: Pick<Content, "report">;
  readonly trace: Trace;
}

/** What this device says by itself, and what of it waits on disk. */
export async function openReporting(settings: Settings, parts: Parts): Promise<Reporting> {
  const { bus, disk, identity, content, trace } = parts;
  const post = new Post(bus, identity, trace);
  const outbox = await Outbox.open(disk, trace);
  const unheard = await Outbox.open<KeptEvent>(disk, trace, "events.log");
  const alarms = await Alarms.open({ bus, identity, post, disk });
  const reports = new Reports(
    bus,
    { identity, post, outbox, alarms },
    { configuration: () => settings.report(), content: () => content.report() },
  );
  return { reports, unheard };
}
