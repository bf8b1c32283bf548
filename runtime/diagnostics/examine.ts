import { checkBoard } from "./checks/board.ts";
import { checkNetwork } from "./checks/network.ts";
import { checkScreen } from "./checks/screen.ts";
import { checkService } from "./checks/service.ts";
import { checkSound } from "./checks/sound.ts";
import { type Finding, finding, worstFirst } from "./finding.ts";
import type { Check, World } from "./world.ts";

/** Sides of the world, in the order a technician looks at them. */
const checks: Readonly<Record<string, Check>> = {
  screen: checkScreen,
  sound: checkSound,
  board: checkBoard,
  installation: ({ installation, daemon }) => {
    // A daemon that lives says the same of it, and knows more.
    const said = new Set(daemon?.alive ? daemon.findings.map(({ code }) => code) : []);
    const unsaid = installation.filter(({ code }) => !said.has(code));
    return unsaid.map(({ code, evidence }) => finding(code, evidence));
  },
  network: checkNetwork,
  service: checkService,
};

/** Everything that is wrong with the world, worst first; the same code only once for one cause. */
export function examine(world: World): readonly Finding[] {
  const found = Object.values(checks).flatMap((check) => check(world));
  const seen = new Set<string>();
  return worstFirst(
    found.filter(({ code, evidence }) => {
      const key = `${code} ${JSON.stringify(evidence)}`;
      return !seen.has(key) && seen.add(key);
    }),
  );
}
