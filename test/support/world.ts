import { parseConfig, withTier } from "../../config/config.ts";
import type { BoardFacts } from "../../drivers/board/board.ts";
import { ScriptedBoard } from "../../drivers/board/scripted.ts";
import type { World } from "../../runtime/diagnostics/world.ts";

/** A world in which all is well, with what is given laid over it. */
export async function goodWorld(
  board: Partial<BoardFacts> = {},
  over: Partial<Omit<World, "board" | "config">> & { readonly config?: object } = {},
): Promise<World> {
  const { config = {}, ...rest } = over;
  return {
    config: withTier(parseConfig(config, "a test"), "720p"),
    board: await new ScriptedBoard(board).facts(["/var/lib/frontdesk"]),
    installation: [],
    ...rest,
  };
}
