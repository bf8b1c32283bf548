import type { Entry } from "../entry.ts";

/** The loudspeaker and what it hangs on. */
export const soundCodes = {
  AUDIO_NO_CARD: {
    severity: "critical",
    cause: "No sound card was found",
    visitor: "The greeter moves its lips and is silent",
    next: "Enable the sound driver or plug in a card (aplay -l lists them)",
  },
  AUDIO_NO_OUTPUT: {
    severity: "critical",
    cause: "There is a sound card, but none that plays",
    visitor: "The greeter moves its lips and is silent",
    next: "Plug in a loudspeaker card; a capture card alone does not help",
  },
  AUDIO_NO_PERMISSION: {
    severity: "critical",
    cause: "The sound card is there, but this user may not open it",
    visitor: "The greeter moves its lips and is silent",
    next: "Add the user to the group audio, then log in again",
  },
  AUDIO_DEVICE_MISSING: {
    severity: "critical",
    cause: "The configured sound device is not there",
    visitor: "The greeter does not start, or is silent",
    next: "Set audio.device to one that aplay -l lists, or to auto",
  },
  AUDIO_BUSY: {
    severity: "warning",
    cause: "Another program plays on the sound device",
    visitor: "The greeter may be silent",
    next: "Stop the program that is named in the evidence, or use a sound server",
  },
  AUDIO_MUTED: {
    severity: "warning",
    cause: "A playback control of the mixer is off or at 0 %",
    visitor: "The greeter is silent",
    next: "Unmute it: alsamixer, key M; or frontdesk doctor --fix AUDIO_MUTED",
  },
  AUDIO_RATE: {
    severity: "notice",
    cause: "The sound device plays at another rate than 48,000 Hz",
    visitor: "None that is heard; a little more work for the board",
    next: "Set the rate of the sound server to 48,000 Hz",
  },
  AUDIO_SILENT: {
    severity: "warning",
    cause: "No loudspeaker could be opened; the daemon plays into nothing",
    visitor: "The greeter moves its lips and is silent",
    next: "Read in the evidence why, mend that, then restart the daemon",
  },
  AUDIO_FAULT: {
    severity: "critical",
    cause: "The daemon has lost its loudspeaker",
    visitor: "The greeter moves its lips and is silent",
    next: "Check the cable of the loudspeaker; sound returns by itself",
  },
  AUDIO_STALLED: {
    severity: "critical",
    cause: "Sound is due, but the loudspeaker does not move on",
    visitor: "The greeter stands still with its mouth open or closed",
    next: "Restart the sound server or replug the card, then restart the daemon",
  },
  AUDIO_UNDERRUNS: {
    severity: "warning",
    cause: "The loudspeaker ran dry more than 3 times in a minute",
    visitor: "Speech has gaps and crackles",
    next: "Choose a smaller tier, or see what else keeps the board busy",
  },
} as const satisfies Readonly<Record<string, Entry>>;
