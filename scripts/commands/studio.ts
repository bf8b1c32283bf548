import type { Command } from "commander";
import { addClientCommands } from "./studio-client.ts";
import { addRepoCommands } from "./studio-repo.ts";
import { addServeCommand } from "./studio-serve.ts";
import { addUserCommands } from "./studio-user.ts";
import { addWorkerCommand } from "./studio-worker.ts";

/** Everything that makes avatars and hands them out: `frontdesk studio …`. */
export function addStudioCommand(program: Command): void {
  const studio = program.command("studio").description("make avatars, keep them, hand them out");
  addServeCommand(studio);
  addWorkerCommand(studio);
  addUserCommands(studio);
  addClientCommands(studio);
  addRepoCommands(studio);
}
