// In a page: watches a stream by WHEP (RFC 9725) and notes what comes of it: brightness of parts of
// every picture, with the moment it is to be seen; loudness of the sound as it leaves the receiver.

const seen = { frames: [], sounds: [] };
let connection;

globalThis.viewer = { watch, seen: () => seen, clear, stats, playoutMs };

/** Plays the stream at `url`; `boxes` are parts of the picture by share: [left, top, right, bottom]. */
async function watch(url, boxes) {
  connection = new RTCPeerConnection();
  for (const kind of ["video", "audio"]) {
    connection.addTransceiver(kind, { direction: "recvonly" });
  }
  // Sound that nobody plays is not taken out of the receiver.
  const screen = document.createElement("video");
  screen.srcObject = new MediaStream(connection.getReceivers().map(({ track }) => track));
  document.body.append(screen);
  screen.play();
  connection.ontrack = ({ track }) => {
    if (track.kind === "video") follow(screen, boxes);
    else listen(new MediaStreamTrackProcessor({ track }).readable.getReader());
  };
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

/** What lies between the receiver and the loudspeaker, on average (W3C: RTCAudioPlayoutStats). */
async function playoutMs() {
  for (const report of (await connection.getStats()).values()) {
    if (report.type !== "media-playout") continue;
    return (report.totalPlayoutDelay * 1000) / report.totalSamplesCount;
  }
  throw new Error("the browser does not tell how late its loudspeaker is");
}

async function listen(reader) {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    takeSound(value, performance.timeOrigin + performance.now());
    value.close();
  }
}

/** Each picture with the moment at which it is to be seen. */
function follow(screen, boxes) {
  screen.requestVideoFrameCallback(async (_now, { expectedDisplayTime, width, height }) => {
    follow(screen, boxes);
    const frame = new VideoFrame(screen);
    const atMs = performance.timeOrigin + expectedDisplayTime;
    const levels = [];
    for (const [left, top, right, bottom] of boxes) {
      const [x, y] = [even(left * width), even(top * height)];
      const rect = { x, y, width: even(right * width) - x, height: even(bottom * height) - y };
      levels.push(await level(frame, rect));
    }
    frame.close();
    seen.frames.push({ atMs, width, height, levels });
  });
}

const even = (place) => Math.round(place / 2) * 2;

/** Of the luma plane (16 to 235): its mean, and how much it varies from pixel to pixel. */
async function level(frame, rect) {
  const bytes = new Uint8Array(frame.allocationSize({ rect }));
  const [luma] = await frame.copyTo(bytes, { rect });
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let row = 0; row < rect.height; row += 2) {
    for (let column = 0; column < rect.width; column += 2) {
      const light = bytes[luma.offset + row * luma.stride + column];
      sum += light;
      squares += light * light;
      count++;
    }
  }
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
