import type { Preflight, PreflightCheck } from "../../../config/preflight.ts";
import type { AvatarKind } from "../../../config/skus.ts";
import { tiers } from "../../../config/tiers.ts";
import type { Target } from "../quota/quota.ts";
import type { MaterialFinding } from "../task/task.ts";

/** Seconds of a take, least and most, as in the vendor's process; a photo has none. */
export const takeSeconds: Readonly<Record<AvatarKind, readonly [number, number] | undefined>> = {
  exclusive: [120, 600],
  generic: [60, 600],
  photo: undefined,
};

/** What a check of the material found, in the words of the task: errors first. */
export function findingsOf(told: Preflight, target: Target): readonly MaterialFinding[] {
  const failed = told.checks.filter(({ outcome }) => outcome === "failed");
  const warned = told.checks.filter(({ outcome }) => outcome === "warned");
  const errors = [...failed.map((check) => findingOf(check, "error")), ...cloudFindings()];
  return [...errors, ...warned.map((check) => findingOf(check, "warning"))];

  /** The cloud renders one tier, and nothing is ever enlarged. */
  function cloudFindings(): MaterialFinding[] {
    const [width = 0, height = 0] = told.facts?.size ?? [];
    const across = Math.floor(Math.min(width, (height * 9) / 16));
    const due = tiers["720p"].width;
    if (target !== "cloud" || told.facts === null || across >= due) return [];
    const message = `the upright part is ${across} px wide, at least ${due} px for 720p is due`;
    return [error("SIZE_SMALL_FOR_CLOUD", message, "Record in 1080x1920, or at least 720x1280")];
  }
}

/** A file that the task names and that is not, or not wholly, there. */
export function missingFile(code: "MATERIAL_MISSING" | "CONSENT_MISSING", name: string) {
  const advice = {
    MATERIAL_MISSING: "Upload the file again",
    CONSENT_MISSING: "Upload the consent, signed by the person who is shown",
  };
  return error(code, `${name} is not here as a whole, all of it is due`, advice[code]);
}

/** Actions are called by their names in jobs; undefined: this one can be. */
export function actionNameError(name: string): MaterialFinding | undefined {
  if (/^[a-z0-9-]{1,32}$/.test(name)) return undefined;
  const message = `action is called "${name}", 1 to 32 of a-z 0-9 - are due`;
  return error("ACTION_NAME", message, "Give the action another name");
}

function findingOf(check: PreflightCheck, severity: MaterialFinding["severity"]): MaterialFinding {
  const { code, is, due, advice } = check;
  return { code, severity, message: `${is}, ${due} is due`, advice };
}

function error(code: string, message: string, advice: string): MaterialFinding {
  return { code, severity: "error", message, advice };
}
