import type { Inference, Network } from "../../drivers/inference/inference.ts";
import type { Raster } from "../../drivers/pixels/pixels.ts";
import { AvatarError } from "../avatar/error.ts";
import type { Stretch } from "../avatar/stretch.ts";
import type { Studio } from "../avatar/studio.ts";
import type { MouthSet } from "../avatar/tier.ts";
import type { Canvas } from "./canvas.ts";
import type { LipSync } from "./lip-sync.ts";
import { isQuiet, type Moment, shifted } from "./moment.ts";
import { fillWindow } from "./mouth-window.ts";
import { newCanvas, rasterOver } from "./raster.ts";

/**
 * The studio lip-sync: a network paints the mouth of each frame. It works ahead, as soon as the
 * frame before is shown; a frame that comes before its mouth is done shows the newest one there is.
 */
export class Generator implements LipSync {
  readonly #studio: Studio;
  readonly #voice: Network;
  readonly #decoder: Network;
  readonly #side: number;
  /** Finished patches, for frames `frame % ready.length`. */
  readonly #ready: readonly Ready[];
  #newest: Ready;
  #late = 0;

  private constructor(studio: Studio, mouth: MouthSet, networks: Networks) {
    this.#studio = studio;
    this.#voice = networks.voice;
    this.#decoder = networks.decoder;
    this.#side = sideOf(networks, studio, mouth);
    this.#ready = Array.from({ length: aheadFrames + 2 }, () => {
      const canvas = newCanvas(mouth.width, mouth.height);
      return {
        canvas,
        patch: rasterOver(canvas),
        speech: undefined,
        frame: -1,
        known: 0,
        isClosed: true,
      };
    });
    this.#newest = this.#ready[0]!;
  }

  /** Throws AvatarError when the networks cannot be opened or do not fit the mouth. */
  static async open(studio: Studio, mouth: MouthSet, inference: Inference): Promise<Generator> {
    await using opened = new AsyncDisposableStack();
    const voice = opened.use(await openNetwork("voice", studio.voice, inference));
    const decoder = opened.use(await openNetwork("decoder", studio.decoder, inference));
    const generator = new Generator(studio, mouth, { voice, decoder });
    opened.move();
    return generator;
  }

  /** Frames that were shown before their mouth was done. */
  get late(): number {
    return this.#late;
  }

  patchAt(moment: Moment): Raster | undefined {
    const ready = this.#place(moment.frame);
    if (isOf(ready, moment, moment.frame)) this.#newest = ready;
    else if (isQuiet(moment)) return undefined;
    else this.#late++;
    const { speech, isClosed, patch } = this.#newest;
    return speech === moment && !isClosed ? patch : undefined;
  }

  /** The moment may go on meanwhile; then what lies behind it is left out. */
  async prepare(moment: Moment): Promise<void> {
    for (let ahead = 0; ahead <= aheadFrames; ahead++) {
      const frame = moment.frame + ahead;
      const ready = this.#place(frame);
      const isDone = isOf(ready, moment, frame) && !isOutdated(ready, moment);
      if (!isDone && moment.known > 0) {
        await this.#paint(ready, shifted(moment, ahead), moment);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#voice[Symbol.asyncDispose]();
    await this.#decoder[Symbol.asyncDispose]();
  }

  #place(frame: number): Ready {
    return this.#ready[Math.max(0, frame) % this.#ready.length]!;
  }

  async #paint(ready: Ready, moment: Moment, speech: Moment): Promise<void> {
    ready.speech = undefined;
    const { frame, known } = moment;
    ready.isClosed = isQuiet(moment);
    if (!ready.isClosed) {
      fillWindow(this.#voice.inputs.get("window")!.data, this.#studio.window, moment);
      await this.#voice.run();
      this.#decoder.inputs.get("code")!.data.set(this.#voice.outputs.get("code")!.data);
      await this.#decoder.run();
      fillCells(ready.canvas, this.#decoder.outputs.get("patch")!.data, this.#side);
    }
    ready.frame = frame;
    ready.known = known;
    ready.speech = speech;
  }
}

interface Networks {
  readonly voice: Network;
  readonly decoder: Network;
}

/** A finished patch: of which frame of which speech. */
interface Ready {
  readonly canvas: Canvas;
  readonly patch: Raster;
  speech: Moment | undefined;
  frame: number;
  /** Frames of the speech that were known when it was painted. */
  known: number;
  isClosed: boolean;
}

function isOf(ready: Ready, speech: Moment, frame: number): boolean {
  return ready.speech === speech && ready.frame === frame;
}

/** Whether more is known by now of what follows this frame at once. */
function isOutdated({ frame, known }: Ready, moment: Moment): boolean {
  return known < moment.known && known <= frame + closeFrames;
}

async function openNetwork(name: string, file: Stretch, inference: Inference): Promise<Network> {
  try {
    return await inference.open(file.read());
  } catch (error) {
    throw new AvatarError(`network ${name} cannot be opened (${(error as Error).message})`);
  }
}

/** Pixels of a cell's side; throws AvatarError when networks, codes and mouth do not fit. */
function sideOf({ voice, decoder }: Networks, studio: Studio, mouth: MouthSet): number {
  demandTensor(voice, "inputs", "window", [1, studio.window.length]);
  demandTensor(voice, "outputs", "code", [1, studio.codes]);
  demandTensor(decoder, "inputs", "code", [1, studio.codes]);
  const [, planes = 0] = decoder.outputs.get("patch")?.shape ?? [];
  const side = Math.round(Math.sqrt(planes / channels));
  const [rows, columns] = [mouth.height / side, mouth.width / side];
  demandTensor(decoder, "outputs", "patch", [1, channels * side * side, rows, columns]);
  return side;
}

function demandTensor(
  network: Network,
  end: "inputs" | "outputs",
  name: string,
  shape: readonly number[],
): void {
  const is = network[end].get(name)?.shape.join(" x ") ?? "missing";
  const due = shape.join(" x ");
  if (is !== due) throw new AvatarError(`tensor ${name} is ${is}, ${due} is due`);
}

/** Lays out a decoder's planes (`runtime/avatar/studio.ts`) as pixels, kept within a byte. */
function fillCells({ pixels, width, height }: Canvas, planes: Float32Array, side: number): void {
  const clamped = new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, pixels.length);
  const [rows, columns] = [height / side, width / side];
  let from = 0;
  for (let plane = 0; plane < channels * side * side; plane++) {
    const channel = Math.floor(plane / (side * side));
    const down = Math.floor(plane / side) % side;
    for (let row = 0; row < rows; row++) {
      let at = ((row * side + down) * width + (plane % side)) * channels + channel;
      for (let column = 0; column < columns; column++, at += side * channels) {
        clamped[at] = planes[from++]!;
      }
    }
  }
}

/** Red, green, blue, opacity. */
const channels = 4;
/** Mouths that are painted before they are due: the loudspeaker's clock may jump a frame. */
const aheadFrames = 1;
/** What lies further ahead than this moves lips too little to paint them again. */
const closeFrames = 2;
