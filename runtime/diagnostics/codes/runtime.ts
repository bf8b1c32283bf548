import type { Entry } from "../entry.ts";

/** The program and its files. */
export const runtimeCodes = {
  RUNTIME_NODE_OLD: {
    severity: "critical",
    cause: "This Node is older than the program needs",
    visitor: "The daemon does not start",
    next: "Start through the frontdesk command, which brings its own Node",
  },
  RUNTIME_NATIVE_MISSING: {
    severity: "critical",
    cause: "A native part does not load",
    visitor: "The screen stays black",
    next: "Install the package anew, or run npm run setup in the checkout",
  },
  RUNTIME_VOICE_MISSING: {
    severity: "critical",
    cause: "The configured voice is missing or does not run",
    visitor: "The greeter idles and says nothing; every job fails",
    next: "Install what the evidence names (espeak-ng-data, flite, a model), or run npm run setup",
  },
  RUNTIME_SOUND_MISSING: {
    severity: "critical",
    cause: "The sound program is missing or does not run",
    visitor: "The greeter moves its lips and is silent",
    next: "Install the package anew, or run npm run setup in the checkout",
  },
  RUNTIME_MODEL_MISSING: {
    severity: "warning",
    cause: "The speech model is not there",
    visitor: "The mouth follows loudness only for recorded speech",
    next: "Install the package anew",
  },
  RUNTIME_MODEL_WRONG: {
    severity: "critical",
    cause: "The speech model does not load, or does not give its golden output",
    visitor: "The mouth does not fit what is said",
    next: "Install the package anew; if it stays, the processor or its memory is at fault",
  },
  AVATAR_MISSING: {
    severity: "critical",
    cause: "The configured avatar is not there",
    visitor: "Another greeter is shown, or none",
    next: "Install the avatar, or set avatar.id to one that is there",
  },
  AVATAR_DAMAGED: {
    severity: "critical",
    cause: "The file of the avatar is not what its manifest says",
    visitor: "Another greeter is shown, or none",
    next: "Install the avatar anew; see STORAGE_ERRORS too",
  },
  AVATAR_UNTRUSTED: {
    severity: "critical",
    cause: "The avatar is not signed by a key of avatar.signers",
    visitor: "Another greeter is shown, or none",
    next: "Install the avatar as its maker signed it, or add the maker's key to avatar.signers",
  },
  CONFIG_UNREADABLE: {
    severity: "critical",
    cause: "The configuration file cannot be read",
    visitor: "The daemon does not start",
    next: "Mend the file at the place that the evidence names, or its permissions",
  },
  CONFIG_INVALID: {
    severity: "critical",
    cause: "The configuration has keys or values that are not allowed",
    visitor: "The daemon does not start",
    next: "Mend what the evidence names; frontdesk config reference lists all keys",
  },
  CREDENTIALS_UNREADABLE: {
    severity: "critical",
    cause: "A file with a password, key or certificate cannot be read",
    visitor: "The daemon does not start",
    next: "Check the path in the configuration and the permissions of the file",
  },
  STATE_MISSING: {
    severity: "warning",
    cause: "The folder for the state is not there",
    visitor: "The daemon does not start, or jobs do not outlive a power cut",
    next: "Make it: frontdesk doctor --fix STATE_MISSING",
  },
  STATE_READ_ONLY: {
    severity: "critical",
    cause: "This user may not write into the folder for the state",
    visitor: "New jobs are refused",
    next: "Give the folder to the user of the daemon: chown -R frontdesk",
  },
  VOICE_SERVICE: {
    severity: "warning",
    cause: "The voice service does not speak",
    visitor: "The greeter speaks with the local voice, or, where there is none, not at all",
    next: "Check voice.service.url, voice.service.keyFile and the network; the evidence says why",
  },
  VOICE_ABSENT: {
    severity: "critical",
    cause: "The daemon could not start its voice",
    visitor: "The greeter idles and says nothing; every job fails",
    next: "See RUNTIME_VOICE_MISSING and the evidence",
  },
} as const satisfies Readonly<Record<string, Entry>>;
