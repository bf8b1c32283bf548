/** What a file that people hand in is for, what it may be and how large. */
export interface UploadKind {
  readonly bytesMax: number;
  /** File names end so, in lower case. */
  readonly endings: readonly string[];
  /** What its first bytes are, in hex; `.` is any digit. */
  readonly heads: readonly string[];
}

const megabyte = 1_000_000;

/** ISO base media (`ftyp` at 4), Matroska and WebM, AVI, MPEG transport stream. */
const film = {
  endings: [".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".ts", ".mts"],
  heads: ["........66747970", "1a45dfa3", "52494646........41564920", "47"],
};

/** JPEG, PNG, WebP. */
const picture = {
  endings: [".jpg", ".jpeg", ".png", ".webp"],
  heads: ["ffd8ff", "89504e47", "52494646........57454250"],
};

/**
 * Bounds of what is uploaded. A photo has at most 10 MB by the vendor's protocol; a take of ten
 * minutes at 100 Mbit/s has 7.5 GB.
 */
export const uploadKinds = {
  take: { bytesMax: 8_000 * megabyte, ...film },
  idle: { bytesMax: 2_000 * megabyte, ...film },
  action: { bytesMax: 2_000 * megabyte, ...film },
  photo: { bytesMax: 10 * megabyte, ...picture },
  /** WAV, FLAC, Ogg, MP3 with and without tags, M4A. */
  sound: {
    bytesMax: 1_000 * megabyte,
    endings: [".wav", ".flac", ".ogg", ".mp3", ".m4a"],
    heads: [
      "52494646........57415645",
      "664c6143",
      "4f676753",
      "494433",
      "fff.",
      "........66747970",
    ],
  },
  /** PDF or a photo of the paper. */
  consent: {
    bytesMax: 20 * megabyte,
    endings: [".pdf", ...picture.endings],
    heads: ["25504446", ...picture.heads],
  },
} as const satisfies Readonly<Record<string, UploadKind>>;

export type UploadPurpose = keyof typeof uploadKinds;

/** An upload that is not whole after so long without a byte is dropped. */
export const uploadIdleMsMax = 48 * 3600_000;
/** All files of one account: takes are kept as long as their tasks. */
export const accountBytesMax = 200_000 * megabyte;
/** Unfinished uploads of one account at a time. */
export const uploadsOpenMax = 16;
