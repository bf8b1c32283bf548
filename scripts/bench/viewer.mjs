// In a page: watches a stream by WHEP (RFC 9725) and notes what comes out of the receiver, each
// with the moment it came out: mean brightness of parts of every picture, loudness of the sound.

const seen = { frames: [], sounds: [] };
let connection;

globalThis.viewer = { watch, seen: () => seen, clear, stats };

/** Plays the stream at `url`; `boxes` are parts of the picture by share: [left, top, right, bottom]. */
async function watch(url, boxes) {
  connection = new RTCPeerConnection();
  for (const kind of ["video", "audio"]) {
    connection.addTransceiver(kind, { direction: "recvonly" });
  }
  connection.ontrack = ({ track }) => {
    const { readable } = new MediaStreamTrackProcessor({ track });
    follow(readable.getReader(), track.kind === "video" ? pictureOf(boxes) : takeSound);
  };
  // Sound that nobody plays is not taken out of the receiver.
  const loudspeaker = new Audio();
  loudspeaker.srcObject = new MediaStream(connection.getReceivers().map(({ track }) => track));
  loudspeaker.play();
  await connection.setLocalDescription(await connection.createOffer());
  const headers = { "content-type": "application/sdp" };
  const answer = await fetch(url, {
    method: "POST",
    headers,
    body: connection.localDescription.sdp,
  });
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
  await connection.setRemoteDescription({ type: "answer", sdp: await answer.text() });
  return answer.headers.get("location");
}

function clear() {
  seen.frames.length = 0;
  seen.sounds.length = 0;
}

async function stats() {
  const reports = [];
  for (const report of (await connection.getStats()).values()) {
    if (report.type === "inbound-rtp") reports.push({ ...report });
  }
  return reports;
}

async function follow(reader, take) {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    take(value, performance.timeOrigin + performance.now());
    value.close();
  }
}

function pictureOf(boxes) {
  const side = 64;
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return (frame, atMs) => {
    const { displayWidth: width, displayHeight: height } = frame;
    const levels = boxes.map(([left, top, right, bottom]) => {
      const box = [left * width, top * height, (right - left) * width, (bottom - top) * height];
      context.drawImage(frame, ...box, 0, 0, side, side);
      return level(context.getImageData(0, 0, side, side).data);
    });
    seen.frames.push({ atMs, width, height, levels });
  };
}

/** Mean brightness, 0 to 255, and how much it varies from pixel to pixel. */
function level(rgba) {
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < rgba.length; at += 4) {
    const light = 0.2126 * rgba[at] + 0.7152 * rgba[at + 1] + 0.0722 * rgba[at + 2];
    sum += light;
    squares += light * light;
  }
  const count = rgba.length / 4;
  const mean = sum / count;
  return { mean, spread: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}

/** Loudness of the stretch and, where it is loud, when its first loud sample came out. */
function takeSound(data, atMs) {
  const samples = new Float32Array(data.numberOfFrames);
  data.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
  const first = samples.findIndex((sample) => Math.abs(sample) > 0.1);
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const onsetMs = first < 0 ? null : atMs + (first / data.sampleRate) * 1000;
  seen.sounds.push({ atMs, loudness: Math.sqrt(power), onsetMs });
}
