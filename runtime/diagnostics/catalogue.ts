import { boardCodes } from "./codes/board.ts";
import { contentCodes } from "./codes/content.ts";
import { licenceCodes } from "./codes/licence.ts";
import { networkCodes } from "./codes/network.ts";
import { runtimeCodes } from "./codes/runtime.ts";
import { screenCodes } from "./codes/screen.ts";
import { serviceCodes } from "./codes/service.ts";
import { soundCodes } from "./codes/sound.ts";

/**
 * Every code that a finding can have. Codes are only ever added: technicians, alarms and dashboards
 * know them by name.
 */
export const catalogue = {
  ...screenCodes,
  ...soundCodes,
  ...boardCodes,
  ...runtimeCodes,
  ...networkCodes,
  ...serviceCodes,
  ...contentCodes,
  ...licenceCodes,
};

export type FindingCode = keyof typeof catalogue;

export function isFindingCode(text: string): text is FindingCode {
  return Object.hasOwn(catalogue, text);
}
