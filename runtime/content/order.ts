import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import type { Disk } from "../../drivers/disk/disk.ts";
import { decodeLine, encodeLine } from "../line.ts";

const orderSchema = Type.Object({
  /** Each order once. */
  orderId: Type.String({ minLength: 1, maxLength: 64 }),
  kind: Type.Enum(["check", "rollback", "install", "collect"]),
  /** Whose release is to be taken back. */
  avatar: Type.Optional(Type.String()),
  /** The package to install, as a file that the daemon can read. */
  file: Type.Optional(Type.String()),
});

/** What a technician asks of the daemon that has the avatars in its hands. */
export type Order = Readonly<Static<typeof orderSchema>>;

/** What became of it. */
export interface Answer {
  readonly orderId: string;
  readonly isDone: boolean;
  /** For the technician to read. */
  readonly text: string;
}

/** Puts an order where the daemon looks for it. */
export function writeOrder(disk: Disk, order: Order): Promise<void> {
  return disk.replace(orderName, encode(order));
}

/** The order that lies there, obeyed or not; a damaged one counts as none. */
export async function readOrder(disk: Disk): Promise<Order | undefined> {
  const value = decode(await disk.read(orderName));
  return Value.Check(orderSchema, value) ? value : undefined;
}

export function writeAnswer(disk: Disk, answer: Answer): Promise<void> {
  return disk.replace(answerName, encode(answer));
}

export async function readAnswer(disk: Disk): Promise<Answer | undefined> {
  return decode(await disk.read(answerName)) as Answer | undefined;
}

const orderName = "content.order";
const answerName = "content.answer";

function encode(value: object): Uint8Array {
  return new TextEncoder().encode(encodeLine(value));
}

function decode(bytes: Uint8Array | undefined): unknown {
  return bytes && decodeLine(new TextDecoder().decode(bytes).trimEnd());
}
