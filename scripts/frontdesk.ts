import { Command } from "commander";
import { addAvatarCommand } from "./commands/avatar.ts";
import { addBenchCommand } from "./commands/bench.ts";
import { addBenchScreenCommand } from "./commands/bench-screen.ts";
import { addBundleCommand } from "./commands/bundle.ts";
import { addConfigCommand } from "./commands/config.ts";
import { addDemoCommand } from "./commands/demo.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addFleetCommand } from "./commands/fleet.ts";
import { addProfileCommand } from "./commands/profile.ts";
import { addProvisionCommand } from "./commands/provision.ts";
import { addRenderCommand } from "./commands/render.ts";
import { addRunCommand } from "./commands/run.ts";
import { addSayCommand } from "./commands/say.ts";
import { addVisemesCommand } from "./commands/visemes.ts";
import { version } from "./version.ts";

/** The command line with all its commands; `scripts/docs.ts` prints its help into the README. */
export function commandLine(): Command {
  const program = new Command("frontdesk")
    .description("A talking 2D digital human on a kiosk display, driven over MQTT")
    .version(version)
    .showHelpAfterError("(frontdesk --help shows what there is)");
  addRunCommand(program);
  addDemoCommand(program);
  addSayCommand(program);
  addRenderCommand(program);
  addAvatarCommand(program);
  addProfileCommand(program);
  addConfigCommand(program);
  addDoctorCommand(program);
  addBundleCommand(program);
  addBenchScreenCommand(program);
  addVisemesCommand(program);
  addBenchCommand(program);
  addFleetCommand(program);
  addProvisionCommand(program);
  return program;
}

if (import.meta.main) {
  try {
    await commandLine().parseAsync();
  } catch (error) {
    process.stderr.write(`frontdesk: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
