import { type TarPart, tarEnd, tarOf } from "../tar.ts";
import { among, type Malice, malice } from "./malice.ts";

/** Names that lead elsewhere, or look like another. */
export function badNames(parts: readonly TarPart[]): Malice[] {
  const named = (names: readonly string[], code: string) => {
    return names.map((name) => among(parts, { name, bytes: 0 }, code));
  };
  return [
    ...named(absolute, "NAME_ABSOLUTE"),
    ...named(parent, "NAME_PARENT"),
    ...named(inFolder, "NAME_FOLDER"),
    ...named(controls, "NAME_CONTROL"),
    ...named(unicode, "NAME_UNICODE"),
    ...named(unfit, "NAME"),
    ...["manifest.json", "shared.part", "360p.tier", "540p.tier"].map((name) => {
      const bytes = tarOf([...parts, { name, bytes: 0 }, tarEnd]);
      return malice(`${name}, twice`, "DUPLICATE", bytes);
    }),
    ...named(["Manifest.json", "MANIFEST.JSON", "manifest.JSON"], "CASE"),
    ...["a", "../..", "/etc"].map((prefix) => {
      return among(parts, { name: "a.tier", bytes: 0, prefix }, "NAME_FOLDER");
    }),
    ...["a.tier\0/../../etc/passwd", "360p.tier\0x", "\0../x"].map((name) => {
      return among(parts, { name, bytes: 0 }, "NAME");
    }),
  ];
}

const absolute = [
  ...["/etc/passwd", "/", "//host/share", "/var/lib/frontdesk/index", "/../x", "/a.tier"],
  ...["\\\\host\\share", "\\a.tier", "C:\\a.tier", "c:a.tier", "Z:/a.tier", "C:"],
];

const parent = [
  ...["..", "../a.tier", "../../etc/passwd", "a/../../b", "a/..", "./../a", "../"],
  ...["..\\a.tier", "a\\..\\..\\b", "a/b/c/../../../../d", "../objects/x", "../index", "..//..//a"],
];

const inFolder = [
  ...["a/b", "./a.tier", "a/", "objects/360p.tier", "a//b", "a\\b", "./", ".\\a"],
  ...["staging/x", ".git/config", "a/./b"],
];

/** Every control character but NUL, which ends a name. */
const controls = [...Array.from({ length: 31 }, (_, at) => at + 1), 127].map((code) => {
  return `a${String.fromCharCode(code)}.tier`;
});

/** As their bytes in UTF-8: what hides, turns, joins or looks like something else. */
const unicode = [
  ..."\u202e\u200b\u200d\ufeff\u2024\uff0e\uff0f\u2215\u0430\u00e9\u2028\u00a0\u2060\u{1f600}",
  "e\u0301",
  "\u2025/x",
]
  .map((text) => `a${Buffer.from(text).toString("latin1")}.tier`)
  // Overlong and broken forms of "." and "/", and half a character.
  .concat(["\xc0\xae\xc0\xae", "a\xc0\xaf.tier", "\xe0\x80\xae.tier", "a\xff.tier", "a\xe2\x82"]);

const unfit = [
  ...[
    "",
    ".hidden",
    "-rf",
    "_a",
    " a.tier",
    "a b.tier",
    "a%2e%2e.tier",
    "~",
    "$HOME",
    "a;b",
    "a|b",
  ],
  ...["'a'", '"a"', "a*", "a?", "a&b", "a,b", "a=b", "(a)", "x".repeat(65), "x".repeat(100)],
];
