/** Numbers in Chinese characters, as they are read aloud in Mandarin. */

const figures = "零一二三四五六七八九";
const places = ["", "十", "百", "千"];
const groups = ["", "万", "亿", "万亿"];

/** A whole number, e.g. `10010` -> 一万零一十; over 16 digits digit by digit. Commas may stand. */
export function integer(text: string): string {
  const bare = text.replaceAll(",", "").replace(/^0+(?=\d)/u, "");
  if (bare.length > 16) return digits(bare);
  if (bare === "0") return "零";
  const spoken: string[] = [];
  for (let group = Math.ceil(bare.length / 4) - 1; group >= 0; group--) {
    const four = bare.slice(Math.max(0, bare.length - 4 * group - 4), bare.length - 4 * group);
    const words = underTenThousand(four);
    const isGap = spoken.length > 0 && four.startsWith("0") && !spoken.at(-1)?.endsWith("零");
    if (words === "") {
      if (spoken.length > 0 && /[1-9]/u.test(bare.slice(bare.length - 4 * group)))
        spoken.push("零");
      continue;
    }
    if (isGap) spoken.push("零");
    const isPair = four.replace(/^0+/u, "") === "2" && group > 0;
    spoken.push(`${isPair ? "两" : words}${groups[group]}`);
  }
  return spoken.join("").replace(/^一十/u, "十");
}

/** A number with or without a fraction: `3.14` -> 三点一四. A leading zero means a code: digits. */
export function amount(text: string): string {
  const [whole = "", rest] = text.split(".");
  if (/^0\d/u.test(whole)) return digits(text.replaceAll(/\D/gu, ""));
  return rest === undefined ? integer(whole) : `${integer(whole)}点${digits(rest)}`;
}

/** Digit by digit, as in years: `2024` -> 二零二四. */
export function digits(text: string): string {
  return [...text].map((digit) => figures[Number(digit)] ?? "").join("");
}

/** A telephone or room number: 一 is said 幺, so that it is not taken for 七. Groups stay apart. */
export function phone(text: string): string {
  const isMobile = /^1\d{10}$/u.test(text);
  const grouped = isMobile ? text.replace(/(...)(....)(....)/u, "$1 $2 $3") : text;
  const spoken = (grouped.match(/\d+/gu) ?? []).map((group) =>
    digits(group).replaceAll("一", "幺"),
  );
  return spoken.join("，");
}

function underTenThousand(four: string): string {
  let spoken = "";
  let isGap = false;
  for (const [at, figure] of [...four].entries()) {
    if (figure === "0") {
      isGap ||= spoken !== "";
      continue;
    }
    const place = places[four.length - 1 - at];
    const word = figure === "2" && place === "千" ? "两" : figures[Number(figure)];
    spoken += `${isGap ? "零" : ""}${word}${place}`;
    isGap = false;
  }
  return spoken;
}
