import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { test } from "node:test";
import { RTCPeerConnection, useH264, useOPUS, useVP9 } from "werift";
import { Timeline } from "../../drivers/webrtc/timeline.ts";
import { type Broadcast, OfferError } from "../../drivers/webrtc/webrtc.ts";
import { openBroadcast } from "../../drivers/webrtc/werift.ts";
import { until } from "../support/until.ts";

const open = (): Promise<Broadcast> => openBroadcast({ hosts: ["127.0.0.1"] });

test("a viewer who is answered gets what comes in, and is gone when he leaves", async () => {
  await using broadcast = await open();
  const client = new RTCPeerConnection({
    codecs: { video: [useH264()], audio: [useOPUS()] },
    // Transports that a bundle leaves over would keep this process alive.
    bundlePolicy: "max-bundle",
    iceServers: [],
    iceAdditionalHostAddresses: ["127.0.0.1"],
  });
  const heard = { video: new Set<string>(), audio: new Set<string>() };
  for (const kind of ["video", "audio"] as const) {
    const transceiver = client.addTransceiver(kind, { direction: "recvonly" });
    transceiver.onTrack.subscribe((track) =>
      track.onReceiveRtp.subscribe(({ payload }) => heard[kind].add(payload.toString())),
    );
  }
  await client.setLocalDescription(await client.createOffer());
  const { id, sdp } = await broadcast.answer(client.localDescription!.sdp);
  await client.setRemoteDescription({ type: "answer", sdp });
  assert.equal(broadcast.viewers, 1);
  const socket = createSocket("udp4");
  let seq = 0;
  await until(() => {
    seq++;
    socket.send(rtp(seq, 3_600 * seq, 1, "picture"), broadcast.videoPort, "127.0.0.1");
    socket.send(rtp(seq, 1_920 * seq, 2, "sound"), broadcast.audioPort, "127.0.0.1");
    // RTCP is not for viewers.
    socket.send(Buffer.from("80c80001000000010000", "hex"), broadcast.videoPort, "127.0.0.1");
    return heard.video.has("picture") && heard.audio.has("sound");
  }, "picture and sound");
  assert.deepEqual([[...heard.video], [...heard.audio]], [["picture"], ["sound"]]);
  socket.close();
  assert.equal(await broadcast.leave(id), true);
  assert.equal(await broadcast.leave(id), false);
  assert.equal(broadcast.viewers, 0);
  await client.close();
});

test("an offer that cannot be read or met is refused by what is wrong with it", async () => {
  await using broadcast = await open();
  const client = new RTCPeerConnection({ codecs: { video: [useVP9()] }, iceServers: [] });
  client.addTransceiver("video", { direction: "recvonly" });
  await client.setLocalDescription(await client.createOffer());
  const vp9 = client.localDescription!.sdp;
  const codes = [];
  for (const offer of ["", "nonsense", "v=0\r\n", vp9]) {
    const error = await broadcast.answer(offer).catch((reason: unknown) => reason);
    assert.ok(error instanceof OfferError, String(error));
    codes.push(error.code);
  }
  assert.deepEqual(codes.slice(0, 2), ["OFFER_MALFORMED", "OFFER_MALFORMED"]);
  assert.equal(codes[3], "OFFER_UNFIT");
  assert.equal(broadcast.viewers, 0);
  await client.close();
});

test("Timeline lays sound on picture, however long each took and wherever it began", () => {
  const timeline = new Timeline();
  timeline.sawVideo(rtp(1, 0xffff_fff0, 1, ""), 1_000);
  assert.ok(!timeline.report);
  timeline.sawAudio(rtp(1, 500, 2, ""));
  timeline.sawVideo(rtp(2, 0xffff_fff0 + 90_000, 1, ""), 2_040);
  const report = timeline.report!;
  assert.equal(report.video, (0xffff_fff0 + 90_000) % 2 ** 32);
  assert.equal(report.audio, 500 + 120 + 48_000, "one second, behind what Opus sends before");
  assert.equal(report.ntp >> 32n, 2_208_988_802n);
  timeline.sawVideo(rtp(1, 7, 9, ""), 3_000);
  assert.equal(timeline.report!.video, 7, "another source begins anew");
});

/** RFC 3550, 5.1. */
function rtp(seq: number, timestamp: number, ssrc: number, payload: string): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt8(0x80, 0);
  head.writeUInt8(0x80 | 96, 1);
  head.writeUInt16BE(seq, 2);
  head.writeUInt32BE(timestamp % 2 ** 32, 4);
  head.writeUInt32BE(ssrc, 8);
  return Buffer.concat([head, Buffer.from(payload)]);
}
