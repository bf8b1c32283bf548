import { type Static, Type } from "typebox";

/** What every message of a device carries around its data (mqtt.md). */
export const envelopeSchema = Type.Object({
  v: Type.Literal(1, { description: "Version of the envelope" }),
  id: Type.String({ description: "A ULID" }),
  ts: Type.String({ description: "ISO 8601, when it happened by the wall clock of the board" }),
  clk: Type.Enum(["synced", "unsynced"], {
    description: "Whether that clock has been set since the board started",
  }),
  boot: Type.String({ description: "Id of this start of the board" }),
  session: Type.Integer({
    description: "Number of the connection; in the will that of the connection that was lost",
  }),
  seq: Type.Integer({
    description: "Rises by one with every message of one start; a gap is a message that was lost",
  }),
  type: Type.String(),
  corr: Type.Optional(Type.String({ description: "The job that this is about" })),
  data: Type.Record(Type.String(), Type.Unknown()),
});

export type Envelope = Readonly<Static<typeof envelopeSchema>>;

export type ClockState = Envelope["clk"];

export function encodeEnvelope(envelope: Envelope): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(envelope));
}
