import type { AudioState } from "../../drivers/audio/audio.ts";

/**
 * Where the loudspeaker is in the utterance.
 * `idle`: nothing to say. `ready`: an utterance began, sound has not. `playing`: sound goes out.
 * `draining`: all of it is written, the rest is yet to be heard. `done`: the last sample was heard.
 */
export interface Playhead {
  readonly state: "idle" | "ready" | "playing" | "draining" | "done";
  /** Samples of the utterance heard so far. */
  readonly heard: number;
}

/** What the utterance holds so far. */
export interface Supply {
  /** Samples that have arrived. */
  readonly arrived: number;
  /** Samples handed to the device. */
  readonly written: number;
  /** No further part will come. */
  readonly ended: boolean;
}

export const idlePlayhead: Playhead = { state: "idle", heard: 0 };

/** One step of the playhead. Starting the device is the caller's part: `ready` asks for it. */
export function advance(head: Playhead, supply: Supply, audio: AudioState): Playhead {
  switch (head.state) {
    case "idle":
    case "done":
      return head;
    case "ready":
      if (supply.ended && supply.arrived === 0) return { state: "done", heard: 0 };
      return audio.playing ? follow(supply, audio) : head;
    case "playing":
    case "draining":
      return follow(supply, audio);
  }
}

function follow(supply: Supply, audio: AudioState): Playhead {
  const written = supply.written === supply.arrived;
  if (!supply.ended || !written) return { state: "playing", heard: audio.heard };
  return { state: audio.heard >= supply.arrived ? "done" : "draining", heard: audio.heard };
}
