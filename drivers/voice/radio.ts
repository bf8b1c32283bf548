/**
 * The phones of flite in IPA; `""` for a pause. Source: the US English phone set that flite shares
 * with Festival (radio), as in the CMU pronouncing dictionary.
 */
export function ipaOf(phone: string): string | undefined {
  return phones[phone];
}

const phones: Readonly<Record<string, string>> = {
  ...{ pau: "", "h#": "", brth: "", sil: "" },
  ...{ aa: "ɑ", ae: "æ", ah: "ʌ", ao: "ɔ", aw: "aʊ", ax: "ə", axr: "ɚ", ay: "aɪ" },
  ...{ eh: "ɛ", er: "ɝ", ey: "eɪ", ih: "ɪ", iy: "i", ow: "oʊ", oy: "ɔɪ", uh: "ʊ", uw: "u" },
  ...{ b: "b", ch: "tʃ", d: "d", dh: "ð", dx: "ɾ", el: "l", em: "m", en: "n", f: "f", g: "g" },
  ...{ hh: "h", hv: "h", jh: "dʒ", k: "k", l: "l", m: "m", n: "n", nx: "n", ng: "ŋ", p: "p" },
  ...{ r: "ɹ", s: "s", sh: "ʃ", t: "t", th: "θ", v: "v", w: "w", y: "j", z: "z", zh: "ʒ" },
};
