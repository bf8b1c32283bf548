import { join } from "node:path";
import { LinuxBoard } from "../../drivers/board/linux.ts";
import { NetworkReach } from "../../drivers/reach/network.ts";
import type { Instruments } from "./gather.ts";

const root = join(import.meta.dirname, "../..");

/** The instruments of this machine. */
export function instruments(): Instruments {
  return {
    board: new LinuxBoard(),
    reach: new NetworkReach(),
    places: {
      native: join(root, "build/native"),
      model: join(root, "config/models/speech"),
      avatars: join(root, "config/avatars"),
    },
  };
}
