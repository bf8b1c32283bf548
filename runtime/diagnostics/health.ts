import { type Static, Type } from "typebox";
import type { Frozen } from "../../config/frozen.ts";
import type { Finding } from "./finding.ts";

/** The data of `health`: how a kiosk is, in one word and the codes that say why. */
export const healthSchema = Type.Object({
  level: Type.Enum(["ok", "degraded", "critical"]),
  findings: Type.Array(
    Type.Object({
      code: Type.String({ description: "As the doctor and the page name it" }),
      critical: Type.Boolean(),
    }),
  ),
});

/** The same for MQTT, page and metrics. */
export type Health = Frozen<Static<typeof healthSchema>>;

/** One critical finding makes it critical, one warning degraded; notices leave it ok. */
export function healthOf(findings: readonly Finding[]): Health {
  const heavy = findings.filter(({ severity }) => severity !== "notice");
  const critical = heavy.some(({ severity }) => severity === "critical");
  return {
    level: critical ? "critical" : heavy.length > 0 ? "degraded" : "ok",
    findings: heavy.map(({ code, severity }) => ({ code, critical: severity === "critical" })),
  };
}
