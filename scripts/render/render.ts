import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { SettledConfig } from "../../config/config.ts";
import { framesPerSecond, tiers } from "../../config/tiers.ts";
import { SilentAudio } from "../../drivers/audio/silent.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { openIfThere, readIfThere } from "../../drivers/disk/reading.ts";
import { openDisplay } from "../../drivers/display/raylib.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { nativePixels } from "../../drivers/pixels/native.ts";
import { openFfmpegRecorder } from "../../drivers/recorder/ffmpeg.ts";
import type { Recorder } from "../../drivers/recorder/recorder.ts";
import { Ears } from "../../runtime/desk/ears.ts";
import { Playback } from "../../runtime/playback/playback.ts";
import type { SpeechPart } from "../../runtime/speech/utterance.ts";
import { Film } from "../../runtime/stage/film.ts";
import type { FromStage } from "../../runtime/stage/messages.ts";
import { openScene } from "../../runtime/stage/scene.ts";
import { Stage } from "../../runtime/stage/stage.ts";
import { openReader } from "./source.ts";

const root = join(import.meta.dirname, "../..");
const frameMs = 1000 / framesPerSecond;
/** Frames of the idle loop behind the last sound. */
const tailFrames = 10;

/** What is said: its parts in order, and the text that is shown below; `""` for none. */
export interface Script {
  readonly parts: readonly SpeechPart[];
  readonly caption: string;
}

/**
 * Films an utterance with the kiosk's own stage on a clock that is turned by hand: frame 0 of the
 * idle loop at 0, the first sample at 0, as fast as the machine can, the same pixels every time.
 * Resolves with the number of frames.
 */
export async function render(config: SettledConfig, script: Script, file: string): Promise<number> {
  await using parts = new AsyncDisposableStack();
  const clock = new ManualClock();
  const size = tiers[config.avatar.tier];
  const display = parts.use(openDisplay(join(root, "build/native"), "memory", size));
  const audio = new SilentAudio(clock);
  const { scene, avatar } = await openScene(config, display, {
    trace: { note: ({ reason }) => process.stderr.write(`${reason ?? ""}\n`) },
    pictures: sharpPictures(),
    pixels: nativePixels(join(root, "build/native")),
    inference: new OnnxInference(),
    files: { read: readIfThere, openFile: openIfThere },
    avatars: [config.avatar.folder, join(root, "config/avatars")],
  });
  if (avatar !== config.avatar.id) {
    throw new Error(`Cannot render avatar ${config.avatar.id}: it cannot be opened`);
  }
  const recorder = parts.use(new Patient(await openFfmpegRecorder(file, size)));
  let finished = false;
  const stage = new Stage(
    { display, audio, film: new Film(recorder, display) },
    new Playback(audio),
    scene,
    (message: FromStage) => {
      finished ||= message.kind === "finished";
    },
  );
  await say(stage, script);
  for (let tail = 0; tail < tailFrames; tail += finished ? 1 : 0) {
    await stage.prepare();
    stage.turn(clock.monotonicMs());
    await recorder.room();
    await clock.advance(frameMs);
  }
  return recorder.frames;
}

/** All is heard before the first frame, so that the mouth is the best there is. */
async function say(stage: Stage, { parts, caption }: Script): Promise<void> {
  await using reader = openReader();
  await using ears = new Ears(
    {
      model: async () => new OnnxInference().open(await readFile(modelFile)),
      read: (spoken) => reader.read(spoken),
      trace: { note: ({ kind, reason }) => process.stderr.write(`${kind} ${reason ?? ""}\n`) },
    },
    (message) => stage.receive(message),
  );
  const generation = 1;
  ears.post({ kind: "begin", generation, caption });
  for (const part of parts) ears.post({ kind: "part", generation, part });
  ears.post({ kind: "end", generation });
  await ears.settled();
  ears.post({ kind: "go", generation });
}

const modelFile = join(root, "config/models/speech/speech.onnx");

/** A recorder for somebody who has time: what the encoder has no room for waits. */
class Patient implements Recorder {
  readonly #recorder: Recorder;
  #waiting: { readonly rgba: Uint8Array; readonly sound: Int16Array } | undefined;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  get frames(): number {
    return this.#recorder.frames;
  }

  frame(rgba: Uint8Array, sound: Int16Array): boolean {
    if (!this.#recorder.frame(rgba, sound)) {
      this.#waiting = { rgba: rgba.slice(), sound: sound.slice() };
    }
    return true;
  }

  /** Resolves when nothing waits. */
  async room(): Promise<void> {
    while (this.#waiting && !this.#recorder.frame(this.#waiting.rgba, this.#waiting.sound)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    this.#waiting = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.room();
    await this.#recorder[Symbol.asyncDispose]();
  }
}
