/**
 * The IPA name of a phoneme event of espeak-ng: without stress, length and tie marks, `""` for a
 * pause, undefined for what is no sound (a change of language, `(en)`).
 */
export function toIpa(name: string): string | undefined {
  if (name.startsWith("(")) return undefined;
  const bare = name.replaceAll(marks, "").replaceAll("ɡ", "g");
  return exceptions[bare] ?? bare;
}

/**
 * Stress, length, ties and underscores (pauses); U+FFFD where the event, which holds 8 bytes, has
 * cut a letter in two.
 */
const marks = /[ˈˌːˑ_:!|;\s]|\u{35C}|\u{361}|\u{FFFD}/gu;

/** Names that espeak-ng 1.51 leaves in its own notation; chiefly Mandarin and Swedish. */
const exceptions: Readonly<Record<string, string>> = {
  "s.": "ʂ",
  "z.": "ʐ",
  "ts.": "ʈʂ",
  "ts.h": "ʈʂʰ",
  tsh: "tsʰ",
  tɕh: "tɕʰ",
  kh: "kʰ",
  ph: "pʰ",
  th: "tʰ",
  "i.": "ɨ",
  i̪: "ɨ",
  "o-": "ɤ",
  "ə-": "ə",
  ong: "oŋ",
  ing: "iŋ",
  sx: "ɧ",
};
