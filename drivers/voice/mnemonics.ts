/**
 * IPA in the notation of espeak-ng, as it stands between `[[` and `]]`; undefined when a sign has
 * no counterpart. Stress and length stay. Source: espeak-ng, docs/phonemes.md, whose notation is
 * that of Kirshenbaum with additions.
 */
export function mnemonicsOf(ipa: string): string | undefined {
  const spelled: string[] = [];
  let rest = ipa.normalize("NFC").replaceAll(/[\s.‿|/[\]]|\u0361|\u035C/gu, "");
  if (rest === "") return undefined;
  while (rest !== "") {
    const sign = signs.find((one) => rest.startsWith(one));
    if (sign === undefined) return undefined;
    // Apart, so that `t` `S` do not become the affricate `tS`.
    spelled.push(mnemonics[sign] ?? "");
    rest = rest.slice(sign.length);
  }
  return spelled.join("");
}

const mnemonics: Readonly<Record<string, string>> = {
  ...{ ˈ: "'", "'": "'", ˌ: ",", ː: ":", ":": ":" },
  ...{ p: "p", b: "b", t: "t", d: "d", k: "k", g: "g", ɡ: "g", ʔ: "?" },
  ...{ m: "m", n: "n", ŋ: "N", ɲ: "n^" },
  ...{ f: "f", v: "v", θ: "T", ð: "D", s: "s", z: "z", ʃ: "S", ʒ: "Z", ç: "C", x: "x", h: "h" },
  ...{ tʃ: "tS", dʒ: "dZ", ʧ: "tS", ʤ: "dZ", ts: "ts" },
  ...{ l: "l", ɹ: "r", r: "r", ɾ: "*", j: "j", w: "w", ʁ: "r" },
  ...{ æ: "a", a: "a", ɑ: "A", ɑː: "A:", ɒ: "0", ɔ: "O", ɔː: "O:", ə: "@", ɐ: "a#", ʌ: "V" },
  ...{ ɛ: "E", e: "e", eː: "e:", ɪ: "I", i: "i", iː: "i:", ʊ: "U", u: "u", uː: "u:" },
  ...{ ɚ: "3", ɝ: "3:", ɜ: "3:", ɜː: "3:", o: "o", oː: "o:", ø: "Y", œ: "W", y: "y" },
  ...{ eɪ: "eI", aɪ: "aI", ɔɪ: "OI", oʊ: "oU", əʊ: "oU", aʊ: "aU" },
};

/** Longer ones first, so that a diphthong is not taken for its first half. */
const signs = Object.keys(mnemonics).sort((a, b) => b.length - a.length);
