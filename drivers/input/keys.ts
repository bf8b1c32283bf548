/** Rows of a keyboard by the code of their first key (linux/input-event-codes.h). */
const rows: readonly (readonly [first: number, names: string])[] = [
  [1, "ESC 1 2 3 4 5 6 7 8 9 0 MINUS EQUAL BACKSPACE TAB Q W E R T Y U I O P"],
  [28, "ENTER LEFTCTRL A S D F G H J K L"],
  [42, "LEFTSHIFT BACKSLASH Z X C V B N M COMMA DOT SLASH RIGHTSHIFT KPASTERISK LEFTALT SPACE"],
  [59, "F1 F2 F3 F4 F5 F6 F7 F8 F9 F10"],
  [87, "F11 F12"],
  [102, "HOME UP PAGEUP LEFT RIGHT END DOWN PAGEDOWN INSERT DELETE"],
  [113, "MUTE VOLUMEDOWN VOLUMEUP POWER"],
  [272, "BTN_LEFT BTN_RIGHT BTN_MIDDLE"],
];

const names = new Map(
  rows.flatMap(([first, row]) => row.split(" ").map((name, at) => [first + at, name] as const)),
);

/** As the kernel calls it, without KEY_; a key that is not in the rows by its number. */
export function keyName(code: number): string {
  return names.get(code) ?? String(code);
}
