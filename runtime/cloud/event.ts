import { type Static, Type } from "typebox";
import type { Frozen } from "../../config/frozen.ts";

const drive = Type.String({ description: "Id of what is said" });
const error = Type.Object({ code: Type.String(), message: Type.String() });
const reason = Type.Enum(["completed", "interrupted", "failed"]);

/**
 * What happens in a session, as its channel tells it, each when it is heard: the start and the end
 * of a text, of a sound, of a sentence of a text; marks of SSML; troubles that end nothing.
 */
export const driveEventSchema = Type.Union([
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
]);

export type DriveEvent = Frozen<Static<typeof driveEventSchema>>;

/** How something that was to be said ended. */
export type DriveReason = Static<typeof reason>;
