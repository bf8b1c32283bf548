import { Type } from "typebox";
import { hoursSchema } from "./schedule.ts";

const hot = { apply: "hot" } as const;
const local = { apply: "local" } as const;

/** The keys below `content`: where avatars come from, and how much of the network they may have. */
export const contentKeys = {
  repository: Type.Optional(
    Type.String({
      apply: "restart",
      pattern: "^(https|file)://",
      maxLength: 2048,
      description:
        "Signed repository of avatars: https://studio.example/repo/, file:///media/stick/",
    }),
  ),
  rootFile: Type.Optional(
    Type.String({
      ...local,
      minLength: 1,
      description: "The root.json of that repository that this device trusts first",
    }),
  ),
  caFile: Type.Optional(
    Type.String({
      ...local,
      minLength: 1,
      description: "Certificates (PEM) of who may vouch for its server; absent: the system's",
    }),
  ),
  bytesPerSecond: Type.Integer({
    ...hot,
    minimum: 0,
    maximum: 1_000_000_000,
    default: 0,
    description: "Of a download, at most; 0: as fast as it goes",
  }),
  quietHours: Type.Array(hoursSchema, {
    ...hot,
    maxItems: 16,
    default: [],
    description: "When nothing is downloaded, as in schedule.screenOff",
  }),
  probationMs: Type.Integer({
    ...hot,
    minimum: 1_000,
    maximum: 3_600_000,
    default: 60_000,
    description: "For so long a new avatar is on the screen before it is kept for good",
  }),
};
