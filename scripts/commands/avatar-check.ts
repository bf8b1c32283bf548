import { type Command, Option } from "commander";
import type { Preflight, PreflightCheck } from "../../config/preflight.ts";
import { boxOf } from "../avatar/box.ts";
import { demandBasics } from "../avatar/build/needs.ts";
import { type PreflightOptions, preflight } from "../avatar/preflight.ts";

interface CheckOptions {
  readonly audio?: string;
  readonly idle?: string;
  readonly photo: boolean;
  readonly type?: "instant" | "studio";
  readonly box?: string;
  readonly pictures?: string;
  readonly json: boolean;
}

/** `frontdesk avatar check`: what a build would say of its material, before it begins. */
export function addCheckCommand(avatar: Command): void {
  avatar
    .command("check")
    .description("check material before a build; exit 1 when it is refused")
    .argument("<file>", "a take, or a photo")
    .option("--photo", "it is a photo", false)
    .option("--audio <file>", "sound of the take, where the film has none")
    .option("--idle <file>", "film of the idle loop: the take then needs no silence")
    .addOption(new Option("--type <type>", "kind of lip-sync").choices(["instant", "studio"]))
    .option("--box <x,y,w,h>", "where the face is, when it is not found")
    .option("--pictures <dir>", "folder for pictures of what was found")
    .option("--json", "print the whole answer as JSON", false)
    .action(runCheck);
}

async function runCheck(file: string, { json, box, ...options }: CheckOptions): Promise<void> {
  await demandBasics();
  const asked: PreflightOptions = box === undefined ? options : { ...options, box: boxOf(box) };
  const answer = await preflight(file, asked);
  process.stdout.write(json ? `${JSON.stringify(answer, null, 2)}\n` : tableOf(answer));
  if (answer.verdict === "refused") process.exitCode = 1;
}

function tableOf({ verdict, checks }: Preflight): string {
  const lines = checks.map(lineOf);
  const failed = checks.filter(({ outcome }) => outcome === "failed").length;
  const end = verdict === "fit" ? "the material will do" : `refused: ${failed} checks failed`;
  return `${lines.join("\n")}\n${end}\n`;
}

/** What passed in one line; what did not also says how to record better. */
function lineOf({ code, outcome, is, due, advice }: PreflightCheck): string {
  const line = `  ${String(outcome).padEnd(7)} ${code.padEnd(20)} ${is}`;
  const isFine = outcome === "passed" || outcome === "skipped";
  return isFine ? line : `${line}, ${due} is due\n  ${" ".repeat(28)} ${advice}`;
}
