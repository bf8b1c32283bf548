import type { Config } from "../../config/config.ts";
import { licenceTroubles } from "../../runtime/content/licence/trouble.ts";
import type { Trouble } from "../../runtime/diagnostics/world.ts";
import { Cabinet } from "../licence/cabinet.ts";

/** Whether the lease in the state folder holds, where one is asked for. */
export async function tryLicence(config: Config): Promise<readonly Trouble[]> {
  if (config.licence.signers.length === 0) return [];
  const { verdict, time } = await Cabinet.look(config).verdict();
  return licenceTroubles({ verdict, time, trouble: undefined });
}
