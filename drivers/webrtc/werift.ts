import { randomUUID } from "node:crypto";
import { Intake } from "./intake.ts";
import { Timeline } from "./timeline.ts";
import { type Reach, WeriftViewer } from "./viewer.ts";
import { type Broadcast, OfferError, type Viewer } from "./webrtc.ts";

/** More viewers of one avatar are a broadcast, which RTMP serves. */
const viewersMax = 8;

/** Sends a stream by werift, a WebRTC stack in TypeScript. */
export async function openBroadcast(reach: Reach): Promise<Broadcast> {
  const viewers = new Map<string, WeriftViewer>();
  const all = (send: (viewer: WeriftViewer) => void) => {
    for (const viewer of viewers.values()) send(viewer);
  };
  const timeline = new Timeline();
  const video = await Intake.open((packet) => {
    timeline.sawVideo(packet, Date.now());
    all((viewer) => viewer.video(packet));
  });
  const audio = await Intake.open((packet) => {
    timeline.sawAudio(packet);
    all((viewer) => viewer.audio(packet));
  });
  return {
    videoPort: video.port,
    audioPort: audio.port,
    get viewers() {
      return viewers.size;
    },
    answer: (offer) => admit(offer, viewers, (onGone) => new WeriftViewer(reach, timeline, onGone)),
    async leave(id) {
      const viewer = viewers.get(id);
      viewers.delete(id);
      await viewer?.close();
      return viewer !== undefined;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...viewers.values()].map((viewer) => viewer.close()));
      await video[Symbol.asyncDispose]();
      await audio[Symbol.asyncDispose]();
    },
  };
}

async function admit(
  offer: string,
  viewers: Map<string, WeriftViewer>,
  open: (onGone: () => void) => WeriftViewer,
): Promise<Viewer> {
  if (viewers.size >= viewersMax) {
    const fault = `${viewers.size} are watching, limit is ${viewersMax}`;
    throw new OfferError("OFFER_FULL", `Cannot admit another viewer: ${fault}`);
  }
  const id = randomUUID();
  const viewer = open(() => {
    if (viewers.delete(id)) void viewer.close();
  });
  viewers.set(id, viewer);
  try {
    return { id, sdp: await viewer.answer(offer) };
  } catch (error) {
    viewers.delete(id);
    await viewer.close();
    throw error;
  }
}
