import { Command } from "commander";
import { version } from "./version.ts";

/** Every command; each is loaded when it is wanted: the daemon has the others not in memory. */
const commands: Readonly<Record<string, (to: Command) => Promise<void>>> = {
  run: async (to) => (await import("./commands/run.ts")).addRunCommand(to),
  demo: async (to) => (await import("./commands/demo.ts")).addDemoCommand(to),
  say: async (to) => (await import("./commands/say.ts")).addSayCommand(to),
  render: async (to) => (await import("./commands/render.ts")).addRenderCommand(to),
  avatar: async (to) => (await import("./commands/avatar.ts")).addAvatarCommand(to),
  content: async (to) => (await import("./commands/content.ts")).addContentCommand(to),
  profile: async (to) => (await import("./commands/profile.ts")).addProfileCommand(to),
  config: async (to) => (await import("./commands/config.ts")).addConfigCommand(to),
  doctor: async (to) => (await import("./commands/doctor.ts")).addDoctorCommand(to),
  bundle: async (to) => (await import("./commands/bundle.ts")).addBundleCommand(to),
  "bench-screen": async (to) =>
    (await import("./commands/bench-screen.ts")).addBenchScreenCommand(to),
  visemes: async (to) => (await import("./commands/visemes.ts")).addVisemesCommand(to),
  bench: async (to) => (await import("./commands/bench.ts")).addBenchCommand(to),
  fleet: async (to) => (await import("./commands/fleet.ts")).addFleetCommand(to),
  studio: async (to) => (await import("./commands/studio.ts")).addStudioCommand(to),
  cloud: async (to) => (await import("./commands/cloud.ts")).addCloudCommand(to),
  licence: async (to) => (await import("./commands/licence.ts")).addLicenceCommand(to),
  provision: async (to) => (await import("./commands/provision.ts")).addProvisionCommand(to),
};

/**
 * The command line with the command `wanted`, or with all of them where that is none: then
 * `scripts/docs.ts` prints its help into the README.
 */
export async function commandLine(wanted?: string): Promise<Command> {
  const program = new Command("frontdesk")
    .description("A talking 2D digital human on a kiosk display, driven over MQTT")
    .version(version)
    .showHelpAfterError("(frontdesk --help shows what there is)");
  const one = wanted === undefined ? undefined : commands[wanted];
  for (const add of one ? [one] : Object.values(commands)) await add(program);
  return program;
}

if (import.meta.main) {
  try {
    const program = await commandLine(process.argv[2]);
    await program.parseAsync();
  } catch (error) {
    process.stderr.write(`frontdesk: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
