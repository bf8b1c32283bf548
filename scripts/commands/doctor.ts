import { type Command, InvalidArgumentError } from "commander";
import { type FindingCode, isFindingCode } from "../../runtime/diagnostics/catalogue.ts";
import { examine } from "../../runtime/diagnostics/examine.ts";
import { exitStatus } from "../../runtime/diagnostics/finding.ts";
import { Redactor } from "../../runtime/diagnostics/redact.ts";
import { readConfigLeniently } from "../doctor/config.ts";
import { fix } from "../doctor/fix.ts";
import { gather } from "../doctor/gather.ts";
import { instruments } from "../doctor/instruments.ts";
import { codeText, type Report, reportText } from "../doctor/report.ts";
import { knownSecrets } from "../doctor/secrets.ts";
import { addConfigOptions, type ConfigOptions } from "./options.ts";

interface DoctorOptions extends ConfigOptions {
  readonly json?: boolean;
  readonly fix?: boolean;
}

const examples = `
Exit status: 0 all is well, 1 there are warnings, 2 the visitor does not get what is promised.

Examples:
  frontdesk doctor                       every finding with its cause and the next step
  frontdesk doctor DISPLAY_NO_MODES      what a code means, and whether it is so now
  frontdesk doctor --fix STATE_MISSING   mend what can be mended`;

export function addDoctorCommand(program: Command): void {
  addConfigOptions(program.command("doctor"))
    .description("find out what is wrong; the daemon may run, be dead, or never have run")
    .argument("[code]", "look for this finding alone, and explain it", parseCode)
    .option("--json", "print the report as JSON")
    .option("--fix", "mend what can be mended")
    .addHelpText("after", examples)
    .action(async (code: FindingCode | undefined, options: DoctorOptions) => {
      const { secrets, ...report } = await look(options, code);
      const fixed = options.fix ? fix(report.findings) : [];
      const redactor = new Redactor(secrets);
      if (options.json) {
        const told = redactor.value({ ...report, ...(options.fix ? { fixed } : {}) });
        process.stdout.write(`${JSON.stringify(told, undefined, 2)}\n`);
      } else {
        if (code) process.stdout.write(`${codeText(code)}\n\n`);
        const mended = fixed.map(({ code, done }) => `${code}: ${done}`);
        const lines = [reportText(report), ...mended].join("\n");
        process.stdout.write(`${redactor.text(lines)}\n`);
      }
      process.exitCode = exitStatus(report.findings);
    });
}

interface Look extends Report {
  readonly secrets: readonly string[];
}

async function look(options: ConfigOptions, code: FindingCode | undefined): Promise<Look> {
  const startMs = performance.now();
  const { config, troubles } = readConfigLeniently(options);
  const world = await gather(config, troubles, instruments());
  const all = examine(world);
  const findings = code === undefined ? all : all.filter((finding) => finding.code === code);
  const tookMs = Math.round(performance.now() - startMs);
  const clock = world.reached?.clock;
  const skew = clock && "reason" in clock ? [{ what: "clock skew", reason: clock.reason }] : [];
  const unread = [...world.board.unread, ...skew];
  return { findings, unread, tookMs, secrets: knownSecrets(config) };
}

function parseCode(text: string): FindingCode {
  const code = text.toUpperCase().replaceAll("-", "_");
  if (isFindingCode(code)) return code;
  throw new InvalidArgumentError("There is no such code; runtime/diagnostics/codes.md lists all.");
}
