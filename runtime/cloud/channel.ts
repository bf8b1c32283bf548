import type { SiteSocket } from "../../drivers/site/site.ts";
import type { Channel, Cloud } from "./cloud.ts";
import { readDrive } from "./drive.ts";
import type { Session } from "./session.ts";

/**
 * A WebSocket as a session's channel: drives come in as JSON, each is answered with `taken` or
 * `refused`, and what happens goes out as events.
 */
export function connectChannel(cloud: Cloud, session: Session, socket: SiteSocket): void {
  const channel: Channel = {
    tell: (event) => socket.send(JSON.stringify(event)),
    close: (why) => socket.close(codes[why], why),
  };
  socket.onClosed(() => cloud.disconnect(session, channel));
  socket.onMessage((text) => socket.send(JSON.stringify(answer(cloud, session, text))));
  cloud.connect(session, channel);
}

/** RFC 6455, 7.4: 1000 is a normal end; from 4000 on they are ours. */
const codes = { closed: 1000, silent: 4000, replaced: 4001 } as const;

function answer(cloud: Cloud, session: Session, text: string): object {
  const drive = readDrive(parse(text));
  if ("code" in drive) return { event: "refused", ...drive };
  const taken = cloud.drive(session, drive);
  if ("code" in taken) return { event: "refused", code: taken.code, message: taken.message };
  return { event: "taken", drive: taken.id };
}

/** What is no JSON has no kind, which is what its sender is told. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
