import { type Static, Type } from "typebox";
import type { Frozen } from "../../config/frozen.ts";
import { errorSchema, jobStates } from "../job/told.ts";

/** The data of `state`. */
export const stateSchema = Type.Object({
  state: Type.Enum(["init", "ready", "sleeping", "disconnected", "lost"], {
    description:
      "init: no picture yet; sleeping: there, with a dark screen by its hours; " +
      "disconnected: ended on purpose; lost: the will",
  }),
  session: Type.Integer({ description: "One higher with every CONNECT, over all restarts" }),
});

/** How a device is there, or why it is not; `lost` is said by the broker. */
export type Presence = Static<typeof stateSchema>["state"];

/** The data of `speech/now`. */
export const nowSchema = Type.Object({
  jobId: Type.Union([Type.String(), Type.Null()]),
  state: Type.Enum([...jobStates, "idle"]),
  depth: Type.Integer({ minimum: 0, description: "Jobs that wait" }),
});

/** What stands in `speech/now`. */
export type SpeechNow = Frozen<Static<typeof nowSchema>>;

/** The data of `alarm/<code>`; an empty payload clears it. */
export const alarmSchema = Type.Object({ code: Type.String() });

/** The data of `event/<severity>/<code>`; what was seen stands beside these. */
export const eventSchema = Type.Object({
  code: Type.String(),
  severity: Type.Enum(["info", "warning", "critical"]),
  eventSeq: Type.Integer({ minimum: 1, description: "A gap is an event that was lost" }),
});

/** The data of `telemetry/<group>`. */
export const telemetrySchema = Type.Record(Type.String(), Type.Number());

/** The data of an answer to `cmd/<type>/req`; what the command gives stands beside these. */
export const answerSchema = Type.Object({
  status: Type.Enum(["successful", "failed"]),
  errors: Type.Optional(Type.Array(errorSchema)),
});

/** What a device makes of `cmd/<type>/<cmdId>`; what the command gives stands beside these. */
export const progressSchema = Type.Object({
  state: Type.Enum(["executing", "successful", "failed"]),
  boot: Type.Optional(Type.String({ description: "The start of the board that executes it" })),
  errors: Type.Optional(Type.Array(errorSchema)),
});

/** The payload of `$host/state`; absent or empty: a manager may be there. */
export const hostSchema = Type.Object({
  state: Type.Enum(["online", "offline"], {
    description: "offline: devices hold numbers and notices back",
  }),
});
