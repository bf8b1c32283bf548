import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { samplesPerFrame } from "../../config/sound.ts";
import { openLiveRecorder } from "../../drivers/recorder/live.ts";
import { until } from "../support/until.ts";

const size = { width: 64, height: 96 };

test("openLiveRecorder() sends every frame and its sound, a key frame a second", async () => {
  const video = await listen();
  const audio = await listen();
  const recorder = await openLiveRecorder(
    { kind: "rtp", videoPort: video.port, audioPort: audio.port },
    size,
  );
  const sound = new Int16Array(samplesPerFrame);
  const rgba = new Uint8Array(size.width * size.height * 4);
  for (let frame = 0; frame < 60; frame++) {
    rgba.fill((frame * 4) % 256);
    while (!recorder.frame(rgba, sound)) await sleep(2);
  }
  assert.equal(recorder.frames, 60);
  const times = () => [...new Set(video.packets.map((packet) => packet.readUInt32BE(4)))];
  // The muxer of each output has one packet in hand.
  await until(() => times().length >= 59, "all frames but the last");
  const steps = times().map((time, index, all) => (time - (all[index - 1] ?? time)) >>> 0);
  assert.deepEqual(new Set(steps.slice(1)), new Set([3_600]), "25 frames a second at 90 kHz");
  assert.ok(video.packets.every(({ length }) => length <= 1_200));
  const keys = video.packets.filter((packet) => unitsOf(packet).includes(7));
  assert.equal(new Set(keys.map((packet) => packet.readUInt32BE(4))).size, 3);
  await until(() => audio.packets.length > 100, "sound in packets of 20 ms");
  await recorder[Symbol.asyncDispose]();
  video.socket.close();
  audio.socket.close();
});

test("openLiveRecorder() refuses an odd size", async () => {
  await assert.rejects(
    openLiveRecorder({ kind: "rtp", videoPort: 9, audioPort: 9 }, { width: 63, height: 96 }),
    { message: "Cannot record 63x96: width and height should be even" },
  );
});

async function listen(): Promise<{ socket: Socket; port: number; packets: Buffer[] }> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const packets: Buffer[] = [];
  socket.on("message", (packet) => {
    if ((packet[1] ?? 0) < 192 || (packet[1] ?? 0) > 223) packets.push(packet);
  });
  return { socket, port: socket.address().port, packets };
}

/** Types of the NAL units in a packet (RFC 6184, 5.2): one, or several in a STAP-A (24). */
function unitsOf(packet: Buffer): number[] {
  const type = (packet[12] ?? 0) & 31;
  if (type !== 24) return [type];
  const units: number[] = [];
  for (let at = 13; at + 2 < packet.length; at += 2 + packet.readUInt16BE(at)) {
    units.push((packet[at + 2] ?? 0) & 31);
  }
  return units;
}
