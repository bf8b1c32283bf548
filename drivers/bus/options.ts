import type { IClientOptions } from "mqtt";
import { limits } from "../../config/limits.ts";
import type { Message } from "./bus.ts";

export interface MqttOptions {
  /** `mqtt://host:port` or `mqtts://host:port`. */
  readonly url: string;
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  /**
   * Asked before every CONNECT, so that what was exchanged meanwhile holds from the next one on.
   * When it throws, that is reported and the connection is tried with what was known before.
   */
  readonly credentials?: () => Credentials;
  /** Asked before every CONNECT, so that the will can carry the number of its connection. */
  readonly will?: () => Message;
  /** What went wrong without anybody waiting for it; for a trace. */
  readonly onTrouble?: (trouble: BusTrouble) => void;
}

/** Who this client is and whom it trusts; certificates and keys as PEM text. */
export interface Credentials {
  readonly username?: string;
  readonly password?: string;
  /** Who may vouch for the broker; absent: the system's authorities. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface BusTrouble {
  readonly kind:
    | "message-unwanted"
    | "message-not-handled"
    | "subscription-refused"
    | "credentials-unreadable";
  readonly topics: readonly string[];
  readonly reason: string;
}

/** The same in the words of the library. */
export function clientOptions({ clientId, username, password }: MqttOptions): IClientOptions {
  return {
    protocolVersion: 5,
    clientId,
    clean: false,
    keepalive: limits.keepaliveSeconds,
    manualConnect: true,
    reconnectOnConnackError: true,
    reconnectPeriod: limits.reconnectMsMin,
    // Asked for anew on every connection, because a refusal there has to be seen.
    resubscribe: false,
    queueQoSZero: false,
    properties: {
      sessionExpiryInterval: limits.sessionExpirySeconds,
      receiveMaximum: limits.messagesInFlightMax,
      maximumPacketSize: limits.packetBytesMax,
    },
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}
