import type { Entry } from "../entry.ts";

/** Avatars that the fleet desires, on their way to the screen. The one shown stays meanwhile. */
export const contentCodes = {
  CONTENT_UNSET: {
    severity: "warning",
    cause: "Avatars are desired, and there is no repository to bring them from",
    visitor: "The avatar that is there is shown",
    next: "Set content.repository, and content.rootFile to the root.json of its maker",
  },
  CONTENT_UNREACHABLE: {
    severity: "warning",
    cause: "The repository of avatars is not reached, or does not answer as it should",
    visitor: "None; a new avatar comes later",
    next: "See the evidence; check content.repository, content.caFile and the network",
  },
  CONTENT_NO_CLOCK: {
    severity: "warning",
    cause: "The repository is not asked before this board knows the time",
    visitor: "None; a new avatar comes later",
    next: "Let the board reach a time server; one with a battery and no NTP: clock board",
  },
  CONTENT_EXPIRED: {
    severity: "warning",
    cause: "The word of the repository is out of date, or somebody holds a newer one back",
    visitor: "None; a new avatar does not come",
    next: "On the studio: frontdesk studio repo renew; then frontdesk content check",
  },
  CONTENT_UNTRUSTED: {
    severity: "warning",
    cause: "What the repository says is not signed as it must be, or is older than it was",
    visitor: "None; nothing of it is shown",
    next: "See the code in the evidence; ask who keeps the repository whether it is theirs",
  },
  CONTENT_REFUSED: {
    severity: "warning",
    cause: "An avatar that is desired cannot be had",
    visitor: "The avatar that is there is shown",
    next: "See the evidence; desire a release that the repository has",
  },
  CONTENT_NO_ROOM: {
    severity: "warning",
    cause: "There is no room for a new avatar: twice its size and 64 MB must be free",
    visitor: "None; a new avatar does not come",
    next: "Free space below the folder of the state: frontdesk content collect",
  },
  CONTENT_STORAGE: {
    severity: "warning",
    cause: "The avatars of this device cannot be kept on its disk",
    visitor: "An avatar that comes with the program is shown",
    next: "See the evidence; check the folder content below the folder of the state",
  },
  CONTENT_DAMAGED: {
    severity: "warning",
    cause: "Files of an installed avatar were damaged; they are fetched again",
    visitor: "Another tier or another avatar is shown until then",
    next: "If it comes back, the storage is failing: see STORAGE_ERRORS",
  },
  CONTENT_ROLLED_BACK: {
    severity: "warning",
    cause: "A new avatar failed on this device, and the one before it is back",
    visitor: "The avatar from before is shown",
    next: "See the evidence; publish a better release, this one is not tried again here",
  },
} as const satisfies Readonly<Record<string, Entry>>;
