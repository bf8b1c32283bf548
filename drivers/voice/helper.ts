import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { VoiceEntry } from "./catalogue.ts";
import { VoiceError } from "./voice.ts";

/** One answer of the program; kinds and payloads are described in espeak.c. */
export interface HelperFrame {
  readonly kind: string;
  readonly payload: Buffer;
}

/**
 * The running espeak program, warm and ready for the next text. Frames are pulled one by one, so a
 * slow reader holds the synthesis back instead of filling memory.
 */
export class EspeakHelper implements AsyncDisposable {
  readonly rateHz: number;
  /** Of the library and its data, e.g. `1.51`. */
  readonly version: string;
  readonly voices: readonly VoiceEntry[];
  readonly #pipe: FramePipe;

  /** Takes over a program that has introduced itself; `start` gives one. */
  constructor(pipe: FramePipe, hello: Buffer, voices: readonly VoiceEntry[]) {
    this.#pipe = pipe;
    this.rateHz = hello.readUInt32LE(0);
    this.version = hello.toString("utf8", 4);
    this.voices = voices;
  }

  /** Starts the program at `path`. Throws a VoiceError when it does not work. */
  static async start(path: string): Promise<EspeakHelper> {
    const pipe = new FramePipe(path);
    const voices: VoiceEntry[] = [];
    let hello = Buffer.alloc(4);
    for (;;) {
      const frame = await pipe.next();
      if (!frame) throw new VoiceError("VOICE_FAILED", `Cannot start the voice: ${pipe.ending()}`);
      if (frame.kind === "h") hello = Buffer.from(frame.payload);
      if (frame.kind === "v") voices.push(readVoice(frame.payload.toString()));
      if (frame.kind === "r") return new EspeakHelper(pipe, hello, voices);
      if (frame.kind === "x") {
        pipe.kill();
        throw new VoiceError("VOICE_FAILED", `Cannot start the voice: ${frame.payload}`);
      }
    }
  }

  /** Asks for the sound of a text; with `spelled` its `[[...]]` are phonemes. */
  say(text: string, voice: string, { rate = 1, pitch = 1, spelled = false }: Saying): void {
    const wishes = Buffer.alloc(8);
    wishes.writeUInt32LE(Math.round(wordsAMinute * rate), 0);
    // From 0 to 100 the library's table of factors goes from a half to two, evenly in octaves.
    wishes.writeUInt32LE(Math.round(50 + 50 * Math.log2(pitch)), 4);
    const words = Buffer.from(`${voice}\0${text}\0`);
    this.#pipe.send(spelled ? "k" : "s", Buffer.concat([wishes, words]));
  }

  /** Asks for the phonemes of a text: frames `g`, then `e`. */
  spell(text: string, voice: string): void {
    this.#pipe.send("g", Buffer.concat([Buffer.alloc(8), Buffer.from(`${voice}\0${text}\0`)]));
  }

  /** Asks the program to stop; its `e` still comes, or the end if it does not answer in time. */
  stop(): void {
    this.#pipe.send("a", Buffer.alloc(0));
    this.#pipe.killUnlessAnswered();
  }

  /** The next answer; undefined when the program has ended. */
  next(): Promise<HelperFrame | undefined> {
    return this.#pipe.next();
  }

  /** Why the program ended, for people. */
  ending(): string {
    return this.#pipe.ending();
  }

  get alive(): boolean {
    return this.#pipe.alive;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#pipe.kill();
    await this.#pipe.ended;
  }
}

interface Saying {
  readonly rate?: number | undefined;
  readonly pitch?: number | undefined;
  readonly spelled?: boolean;
}

/** espeak-ng's own speed (espeakRATE_NORMAL); it takes 80 to 450. */
const wordsAMinute = 175;
const headerBytes = 8;
/** Stopping takes milliseconds; a program that needs longer hangs. */
const stopMsMax = 1_000;

class FramePipe {
  readonly ended: Promise<void>;
  readonly #path: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  #cause = "";
  #complaint = "";
  #deadline: NodeJS.Timeout | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#child = spawn(path, [], { stdio: ["pipe", "pipe", "pipe"] });
    this.ended = new Promise((resolve) => this.#child.once("close", () => resolve()));
    this.#child.once("error", (error) => this.#end(error.message));
    this.#child.once("exit", (code, signal) => this.#end(signal ?? `exit status ${code}`));
    // A write to a program that is gone fails here; next() then reports the end.
    this.#child.stdin.on("error", () => this.kill());
    this.#child.stderr.on("data", (text: Buffer) => {
      this.#complaint = (this.#complaint + text).slice(-complaintCharsMax);
    });
    this.#chunks = this.#child.stdout[Symbol.asyncIterator]();
  }

  get alive(): boolean {
    return this.#cause === "";
  }

  send(kind: string, payload: Buffer): void {
    const header = Buffer.alloc(headerBytes);
    header.write(kind, 0, "latin1");
    header.writeUInt32LE(payload.length, 4);
    this.#child.stdin.write(Buffer.concat([header, payload]));
  }

  async next(): Promise<HelperFrame | undefined> {
    if (!(await this.#fill(headerBytes))) return undefined;
    const length = this.#rest.readUInt32LE(4);
    if (!(await this.#fill(headerBytes + length))) return undefined;
    const kind = this.#rest.toString("latin1", 0, 1);
    const payload = this.#rest.subarray(headerBytes, headerBytes + length);
    this.#rest = this.#rest.subarray(headerBytes + length);
    if (kind === "e") clearTimeout(this.#deadline);
    return { kind, payload };
  }

  killUnlessAnswered(): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.kill(), stopMsMax).unref();
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  ending(): string {
    const complaint = this.#complaint.trim();
    const said = complaint === "" ? "" : `, it said ${JSON.stringify(complaint)}`;
    return `${this.#path} ended with ${this.#cause || "an unfinished answer"}${said}`;
  }

  #end(cause: string): void {
    this.#cause ||= cause;
    clearTimeout(this.#deadline);
  }

  async #fill(bytes: number): Promise<boolean> {
    while (this.#rest.length < bytes) {
      const chunk = await this.#chunks.next();
      if (chunk.done) {
        await this.ended;
        return false;
      }
      this.#rest = this.#rest.length === 0 ? chunk.value : Buffer.concat([this.#rest, chunk.value]);
    }
    return true;
  }
}

const complaintCharsMax = 200;

function readVoice(line: string): VoiceEntry {
  const [identifier = "", name = "", languages = ""] = line.split("\t");
  const pairs = languages.trim().split(" ").filter(Boolean);
  return {
    identifier,
    name,
    languages: pairs.map((pair) => {
      const [priority = "0", tag = ""] = pair.split(":");
      return { tag: tag.toLowerCase(), priority: Number(priority) };
    }),
  };
}
