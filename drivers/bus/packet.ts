import assert from "node:assert/strict";
import type { IClientOptions, IClientPublishOptions, IPublishPacket } from "mqtt";
import { limits } from "../../config/limits.ts";
import type { Message } from "./bus.ts";

/** What came in, in the words of the port. */
export function readMessage({ topic, payload, qos, retain, properties }: IPublishPacket): Message {
  return {
    topic,
    payload: typeof payload === "string" ? new TextEncoder().encode(payload) : payload,
    qos: qos === 0 ? 0 : 1,
    retain,
    ...defined("expirySeconds", properties?.messageExpiryInterval),
    ...defined("responseTopic", properties?.responseTopic),
    // A copy: the packet's own bytes are a window on all that was read with it.
    ...defined(
      "correlation",
      properties?.correlationData && Uint8Array.from(properties.correlationData),
    ),
  };
}

/** What goes out, in the words of the library. */
export function publishOptions(message: Message): IClientPublishOptions {
  const { qos, retain = false, expirySeconds, responseTopic, correlation, payload } = message;
  assert(payload.length <= limits.packetBytesMax, "a message must fit into a packet");
  return {
    qos,
    retain,
    properties: {
      ...defined("messageExpiryInterval", expirySeconds),
      ...defined("responseTopic", responseTopic),
      ...defined("correlationData", correlation && Buffer.from(correlation)),
    },
  };
}

/** The message that the broker publishes when the connection ends without a goodbye. */
export function willOf({ topic, payload, qos, retain = false }: Message) {
  return { topic, payload: Buffer.from(payload), qos, retain } satisfies IClientOptions["will"];
}

/** {key: value}, or nothing at all when there is no value. */
function defined<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]: V });
}
