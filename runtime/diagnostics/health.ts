import type { Finding } from "./finding.ts";

/** How a kiosk is, in one word and the codes that say why; what MQTT, page and metrics show. */
export interface Health {
  readonly level: "ok" | "degraded" | "critical";
  readonly findings: readonly { readonly code: string; readonly critical: boolean }[];
}

/** One critical finding makes it critical, one warning degraded; notices leave it ok. */
export function healthOf(findings: readonly Finding[]): Health {
  const heavy = findings.filter(({ severity }) => severity !== "notice");
  const critical = heavy.some(({ severity }) => severity === "critical");
  return {
    level: critical ? "critical" : heavy.length > 0 ? "degraded" : "ok",
    findings: heavy.map(({ code, severity }) => ({ code, critical: severity === "critical" })),
  };
}
