import { readFileSync } from "node:fs";

/** The project's version, as package.json has it. */
export const version: string = readVersion();

function readVersion(): string {
  const file = new URL("../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
