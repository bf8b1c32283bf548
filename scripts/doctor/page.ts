import { catalogue } from "../../runtime/diagnostics/catalogue.ts";

/** Every code of the catalogue as a Markdown page. */
export function codesPage(): string {
  const rows = Object.entries(catalogue).map(
    ([code, { severity, cause, visitor, next }]) =>
      `| \`${code}\` | ${severity} | ${cause} | ${visitor} | ${next} |`,
  );
  return [
    "# Findings",
    "",
    "Made from the catalogue by `node scripts/docs.ts`. The same code is in `frontdesk doctor`,",
    "on the page, in MQTT health and alarms, on the bench and in the bundle.",
    "",
    "| code | severity | cause | for the visitor | next step |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
