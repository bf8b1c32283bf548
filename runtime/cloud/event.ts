import { type Static, Type } from "typebox";
import type { Frozen } from "../../config/frozen.ts";

const drive = Type.String({ description: "Id of what is said" });
const error = Type.Object({ code: Type.String(), message: Type.String() });
const reason = Type.Enum(["completed", "interrupted", "failed"]);

const driveEvents = [
  Type.Object({ event: Type.Enum(["text", "audio"]), state: Type.Literal("start"), drive }),
  Type.Object({
    event: Type.Enum(["text", "audio"]),
    state: Type.Literal("over"),
    drive,
    reason,
    spokenMs: Type.Optional(Type.Number({ minimum: 0 })),
    error: Type.Optional(error),
  }),
  Type.Object({
    event: Type.Literal("sentence"),
    state: Type.Enum(["start", "over"]),
    drive,
    sentence: Type.Integer({ minimum: 1, description: "Its number in the text, from 1" }),
  }),
  Type.Object({ event: Type.Literal("mark"), drive, name: Type.String() }),
  Type.Object({
    event: Type.Literal("trouble"),
    drive,
    code: Type.String(),
    message: Type.String(),
  }),
] as const;

const driveEventSchema = Type.Union([...driveEvents]);

/**
 * What is said, each told when it is heard: the start and the end of a text, of a sound, of a
 * sentence of a text; marks of SSML; troubles that end nothing.
 */
export type DriveEvent = Frozen<Static<typeof driveEventSchema>>;

/** Why a session is over, as `CloseReason` has it. */
const closeReason = Type.Enum(["asked", "replaced", "silent", "failed", "spent", "stopping"]);

const sessionEventSchema = Type.Object({
  event: Type.Literal("session"),
  state: Type.Enum(["ready", "closed"]),
  reason: Type.Optional(closeReason),
});

/** A change of the session itself. */
export type SessionEvent = Frozen<Static<typeof sessionEventSchema>>;

const hoursEventSchema = Type.Object({
  event: Type.Literal("hours"),
  percent: Type.Enum([80, 95, 100], { description: "Of what was granted, so much is used" }),
  leftSeconds: Type.Integer({ minimum: 0 }),
});

/** What is told of hour packages that run out. */
export type HoursEvent = Frozen<Static<typeof hoursEventSchema>>;

/** Everything that a channel tells, the answers to drives included. */
export const channelSchema = Type.Union([
  ...driveEvents,
  sessionEventSchema,
  hoursEventSchema,
  Type.Object({ event: Type.Literal("taken"), drive: Type.Union([Type.String(), Type.Null()]) }),
  Type.Object({
    event: Type.Literal("refused"),
    code: Type.String(),
    message: Type.String(),
    path: Type.Optional(Type.String({ description: "JSON Pointer into the drive" })),
  }),
]);

/** How something that was to be said ended. */
export type DriveReason = Static<typeof reason>;
