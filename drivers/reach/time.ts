import { createSocket } from "node:dgram";
import { request } from "node:https";
import type { Skew } from "./reach.ts";

const answerMsMax = 1_500;

/**
 * How far this board's clock is from that of a server: `ntp://host[:port]` is asked by SNTP (RFC
 * 4330), `https://host` by the Date of its answer, which is a second wide. Rejects with why nobody
 * said.
 */
export async function measureSkew(source: string): Promise<Skew> {
  const url = new URL(source);
  if (url.protocol === "ntp:") return { skewMs: await askNtp(url), by: "ntp", source };
  return { skewMs: await askHttps(url), by: "https", source };
}

/** Seconds from the era of NTP, 1900, to that of Unix (RFC 5905, 6). */
const eraSeconds = 2_208_988_800;
const packetBytes = 48;

function askNtp({ hostname, port }: URL): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(hostname.startsWith("[") ? "udp6" : "udp4");
    const end = (error: Error | undefined, skewMs = 0): void => {
      clearTimeout(timer);
      socket.close();
      if (error) reject(error);
      else resolve(skewMs);
    };
    const timer = setTimeout(() => end(new Error(lateText)), answerMsMax);
    const sentMs = Date.now();
    const question = Buffer.alloc(packetBytes);
    // No warning, version 4, client (RFC 4330, 4).
    question[0] = 0x23;
    socket.once("error", (error) => end(error));
    socket.once("message", (answer) => {
      const heardMs = Date.now();
      if (answer.length < packetBytes || answer[1] === 0)
        end(new Error("the server knows no time"));
      // RFC 4330, 5: half the difference between the two ways.
      else end(undefined, (stamp(answer, 32) - sentMs + (stamp(answer, 40) - heardMs)) / 2);
    });
    socket.send(question, Number(port) || 123, hostname.replace(/^\[|\]$/g, ""), (error) => {
      if (error) end(error);
    });
  });
}

/** 32 bits of seconds, 32 bits of their fraction, as ms since 1970. */
function stamp(packet: Buffer, at: number): number {
  const seconds = packet.readUInt32BE(at) - eraSeconds;
  return seconds * 1e3 + (packet.readUInt32BE(at + 4) / 2 ** 32) * 1e3;
}

function askHttps(url: URL): Promise<number> {
  return new Promise((resolve, reject) => {
    const sentMs = Date.now();
    // Only the time is asked: a wrong clock is a reason for a certificate to be refused.
    const options = { method: "HEAD", timeout: answerMsMax, rejectUnauthorized: false };
    const asking = request(url, options, ({ headers }) => {
      asking.destroy();
      const saidMs = Date.parse(headers.date ?? "");
      const middleMs = (sentMs + Date.now()) / 2;
      if (Number.isNaN(saidMs)) reject(new Error("the answer has no Date"));
      // The Date is cut to seconds: on average half of one has passed.
      else resolve(saidMs + 500 - middleMs);
    });
    asking.once("timeout", () => asking.destroy(new Error(lateText)));
    asking.once("error", reject);
    asking.end();
  });
}

const lateText = `no answer within ${answerMsMax} ms`;
