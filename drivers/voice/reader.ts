import { EspeakHelper } from "./helper.ts";
import { sayable } from "./spelling.ts";
import { VoiceError } from "./voice.ts";

/** Gives the phonemes of a text by espeak-ng's rules, as Piper's voices were trained on them. */
export class Reader implements AsyncDisposable {
  readonly #path: string;
  readonly #voice: string;
  #helper: EspeakHelper;
  #last: Promise<unknown> = Promise.resolve();

  /** `voice` is an identifier of the program's. */
  constructor(path: string, helper: EspeakHelper, voice: string) {
    this.#path = path;
    this.#helper = helper;
    this.#voice = voice;
  }

  /**
   * The text in IPA, with the sign that ends each clause (`, . ? ! ; :`) and a space behind it. One
   * text after the other. Throws a VoiceError when the program ends.
   */
  read(text: string): Promise<string> {
    const turn = this.#last.then(() => this.#read(sayable(text)));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#helper[Symbol.asyncDispose]();
  }

  async #read(text: string): Promise<string> {
    if (text.trim() === "") return "";
    if (!this.#helper.alive) this.#helper = await EspeakHelper.start(this.#path);
    this.#helper.spell(text, this.#voice);
    const bytes = Buffer.from(text);
    let ipa = "";
    for (;;) {
      const frame = await this.#helper.next();
      if (!frame || frame.kind === "x") {
        const reason = frame ? frame.payload.toString() : this.#helper.ending();
        throw new VoiceError("VOICE_FAILED", `Cannot speak: ${reason}`);
      }
      if (frame.kind === "e") return ipa.trimEnd();
      const until = frame.payload.readUInt32LE(0);
      const clause = bytes.toString("utf8", 0, until);
      // It has read one character of the next clause, if there is one.
      const end = until < bytes.length ? clause.replace(/.$/su, "") : clause;
      ipa += `${frame.payload.toString("utf8", 4).replaceAll(switches, "")}${endOf(end)}`;
    }
  }
}

/** A change of language within a text, `(en)`, and the line breaks between clauses. */
const switches = /\([^)]*\)|\n/gu;

/** The sign that ended a clause, in the form that the models know. */
function endOf(clause: string): string {
  const sign = /([,.?!;:，。？！；：、])["'”’»)\]]*\s*$/u.exec(clause)?.[1];
  return sign === undefined ? " " : `${narrow[sign] ?? sign} `;
}

const narrow: Readonly<Record<string, string>> = {
  "，": ",",
  "、": ",",
  "。": ".",
  "？": "?",
  "！": "!",
  "；": ";",
  "：": ":",
};
