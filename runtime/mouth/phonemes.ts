import type { Viseme } from "./viseme.ts";

/** A part of a phoneme: what it looks like and how much of the phoneme's time it takes. */
export interface PhonemeShape {
  /** `next`: as the vowel that follows (h); `previous`: as what went before (a glottal stop). */
  readonly viseme: Viseme | "next" | "previous";
  /** 0 to 1; the shares of a phoneme add up to 1. */
  readonly share: number;
}

/**
 * What an IPA phoneme looks like, one shape after the other. A pause (`""`) is silence; a phoneme
 * without a letter that the table knows counts as one too. Diphthongs glide at 60 % of their time;
 * an affricate of the alveolar ridge (ts) closes for 35 %.
 */
export function shapesOf(ipa: string): readonly PhonemeShape[] {
  const known = cache.get(ipa);
  if (known) return known;
  const shapes = shape(ipa);
  cache.set(ipa, shapes);
  return shapes;
}

/** True for a stop that closes the mouth silently before it bursts. */
export function isStop(ipa: string): boolean {
  return /^[ptkbdgqcʈɟɖɢ]/u.test(ipa);
}

/** Languages have some hundred phonemes; the cache cannot grow beyond them. */
const cache = new Map<string, readonly PhonemeShape[]>();

type Letter = PhonemeShape["viseme"];

const lettersOf: Readonly<Record<Letter, string>> = {
  sil: "",
  PP: "pbmɓʙ",
  FF: "fvʋɱⱱɸβ",
  TH: "θð",
  DD: "tdʈɖɾɗ",
  kk: "kgɡŋxɣqɢχʁʀɴcɟɠʛ",
  CH: "ʃʒʂʐɕʑɧçʝ",
  SS: "sz",
  nn: "nɲɳlʎɭɫɬɮʟ",
  RR: "rɹɻɚɝɜɽ",
  aa: "aɑɐæʌəä",
  E: "eɛɘɤɞ",
  ih: "iɪɨjᵻɿʅ",
  oh: "oɔøœɵɒɶ",
  ou: "uʊyʏʉwɥʍɰɯ",
  next: "hɦħʕʜ",
  previous: "ʔ",
};

const visemeOf = new Map(
  Object.entries(lettersOf).flatMap(([viseme, letters]) =>
    [...letters].map((letter) => [letter, viseme as Letter] as const),
  ),
);

const vowels: ReadonlySet<Letter> = new Set(["aa", "E", "ih", "oh", "ou"]);

function shape(ipa: string): readonly PhonemeShape[] {
  const found = [...ipa.normalize("NFD")].flatMap((letter) => visemeOf.get(letter) ?? []);
  const letters = found.filter((viseme, index) => viseme !== found[index - 1]);
  const [first = "sil", second, third] = letters;
  if (second === undefined) return [{ viseme: first, share: 1 }];
  if (first === "DD" && second === "CH") return [{ viseme: "CH", share: 1 }];
  if (first === "DD" && second === "SS") return glide(first, second, 0.35);
  if (!vowels.has(first) && first !== "RR") return [{ viseme: first, share: 1 }];
  if (third === undefined) return glide(first, second, 0.6);
  return [{ viseme: first, share: 0.4 }, ...glide(second, third, 0.5, 0.6)];
}

function glide(from: Letter, to: Letter, turn: number, whole = 1): PhonemeShape[] {
  return [
    { viseme: from, share: whole * turn },
    { viseme: to, share: whole * (1 - turn) },
  ];
}
