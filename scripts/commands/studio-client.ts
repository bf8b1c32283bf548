import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Command, Option } from "commander";
import { avatarKinds, lipSyncTypes } from "../../config/skus.ts";
import { tierNames } from "../../config/tiers.ts";
import { targets } from "../../runtime/studio/quota/quota.ts";
import { actions } from "../../runtime/studio/web/actions.ts";
import { inputOf } from "../../runtime/studio/web/form.ts";
import { actionOf, ask, keepAccess, readAccess } from "../studio/client.ts";
import { type Submission, submitTake } from "../studio/submit.ts";
import { readPassword } from "./studio-user.ts";

const examples = `
Examples:
  frontdesk studio sign-in --server https://studio.example --email ada@example.org
  frontdesk studio order avatar-exclusive-instant=1 cloud-hours-100=1
  frontdesk studio task Ben --kind exclusive --type instant --take take.mp4 --consent consent.pdf
  frontdesk studio call settings.list
  frontdesk studio accept 01JD0A8F0R3V6D9W1N5K7T2C4B
  frontdesk studio download ben-k7t2c4b --tier 720p --out ben.fda
  frontdesk studio assign ben-k7t2c4b --device lobby`;

/** `frontdesk studio …`: what the console does, over its REST API, from anywhere. */
export function addClientCommands(studio: Command): void {
  studio.addHelpText("after", examples);
  addSignIn(studio);
  addOrder(studio);
  addTask(studio);
  addDecisions(studio);
  addDownload(studio);
  addAssign(studio);
  addCall(studio);
}

function addSignIn(studio: Command): void {
  studio
    .command("sign-in")
    .description("get a token for the commands below; kept in ~/.config/frontdesk for 90 days")
    .requiredOption("--server <url>", "e.g. https://studio.example")
    .requiredOption("--email <address>", "yours")
    .option("--password-file <file>", "a file that holds the password; -: what comes in", "-")
    .action(async (options: { server: string; email: string; passwordFile: string }) => {
      const { server, email, passwordFile } = options;
      const password = readPassword(passwordFile);
      const { token } = await ask<{ token: string }>({ server }, "tokens.make", {
        email,
        password,
      });
      keepAccess({ server, token });
      const me = await ask<{ name: string; role: string }>({ server, token }, "people.me");
      print(`Signed in as ${me.name}, ${me.role}`);
    });
}

function addOrder(studio: Command): void {
  studio
    .command("order")
    .description("place an order; an administrator confirms it")
    .argument("<sku=count...>", "articles, as 'frontdesk studio call skus.list' has them")
    .option("--note <text>", "for the administrator")
    .action(async (articles: readonly string[], { note }: { note?: string }) => {
      const lines = articles.map((article) => {
        const [sku = "", count = "1"] = article.split("=");
        return { sku, count: Number(count) };
      });
      const wish = { lines, ...(note === undefined ? {} : { note }) };
      const order = await ask<{ id: string; state: string }>(readAccess(), "orders.place", wish);
      print(`${order.id}  ${order.state}`);
    });
}

function addTask(studio: Command): void {
  studio
    .command("task")
    .description("submit a take or a photo: upload it, make the task, hand it in")
    .argument("<name>", "what the avatar is called")
    .addOption(new Option("--kind <kind>").choices(avatarKinds).makeOptionMandatory())
    .addOption(new Option("--type <type>").choices(lipSyncTypes).makeOptionMandatory())
    .addOption(
      new Option("--target <target...>", "client, cloud, or both: two tasks")
        .choices(targets)
        .default(["client"]),
    )
    .option("--take <file>", "video with sound")
    .option("--photo <file>", "for a photo avatar")
    .option("--sound <file>", "sound of its own for the take")
    .option("--idle <file>", "the person, listening")
    .requiredOption("--consent <file>", "signed by the person who is shown")
    .option("--sentence <text>", "what the demo says")
    .action(async (name: string, options: Omit<Submission, "name">) => {
      for await (const line of submitTake(readAccess(), { name, ...options })) print(line);
    });
}

function addDecisions(studio: Command): void {
  studio
    .command("accept")
    .description("accept a trained avatar; needs a valid quota")
    .argument("<task>", "its id, as 'frontdesk studio call settings.list' has it")
    .action(async (id: string) => {
      const { avatar, form } = await ask<{ avatar: { id: string }; form: number }>(
        readAccess(),
        "settings.accept",
        { id },
      );
      print(`${avatar.id}  accepted by form ${form}`);
    });
  studio
    .command("reject")
    .description("reject a trained avatar: another round begins")
    .argument("<task>", "its id")
    .argument("<reason>", "300 characters at most")
    .action(async (id: string, reason: string) => {
      const task = await ask<{ round: number }>(readAccess(), "settings.reject", { id, reason });
      print(`${id}  round ${task.round}`);
    });
}

function addDownload(studio: Command): void {
  studio
    .command("download")
    .description("download an accepted avatar with one tier as a package")
    .argument("<avatar>", "its id, as 'frontdesk studio call avatars.list' has it")
    .addOption(new Option("--tier <tier>").choices(tierNames).default("720p"))
    .option("--out <file>", "where to (default: AVATAR-TIER.fda)")
    .action(async (id: string, { tier, out }: { tier: string; out?: string }) => {
      const { server, token } = readAccess();
      const url = new URL(`/api/v1/avatars/${encodeURIComponent(id)}/packages/${tier}`, server);
      const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      if (!answer.ok || !answer.body) {
        const { message } = (await answer.json()) as { message: string };
        throw new Error(message);
      }
      const file = out ?? `${id}-${tier}.fda`;
      await pipeline(Readable.fromWeb(answer.body), createWriteStream(file));
      print(file);
    });
}

function addAssign(studio: Command): void {
  studio
    .command("assign")
    .description("give an avatar to a device or to a group of devices")
    .argument("<avatar>", "its id")
    .option("--device <name>", "a device's name on the broker")
    .option("--group <name>", "a group's name")
    .action(async (avatarId: string, { device, group }: { device?: string; group?: string }) => {
      const name = device ?? group;
      if (name === undefined || (device !== undefined && group !== undefined)) {
        throw new Error("Cannot assign: either --device or --group is due");
      }
      const kind = device === undefined ? "group" : "device";
      const wish = { avatarId, kind, name };
      const given = await ask<{ id: string }>(readAccess(), "assignments.make", wish);
      print(`${given.id}  ${kind} ${name}`);
    });
}

function addCall(studio: Command): void {
  studio
    .command("call")
    .description("anything else that the console does; without arguments: what there is")
    .argument("[operation]", "e.g. orders.confirm")
    .argument("[name=value...]", "what it needs, JSON where it is not plain text")
    .action(async (id: string | undefined, pairs: readonly string[]) => {
      if (id === undefined) return print(operations());
      const { path, input } = actionOf(id);
      const fields = fieldsOf(pairs);
      const names = [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
      const inPath = names.map((name) => [name, fields.get(name)?.[0]] as const);
      const given = { ...inputOf(input, fields), ...Object.fromEntries(inPath) };
      print(JSON.stringify(await ask<unknown>(readAccess(), id, given), undefined, 2));
    });
}

function fieldsOf(pairs: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    if (at < 1) throw new Error(`Cannot read "${pair}": name=value is due`);
    fields.set(name, [...(fields.get(name) ?? []), value]);
  }
  return fields;
}

function operations(): string {
  const rows = actions.map(({ id, path, input, summary }) => {
    const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
    const asked = [...names, ...Object.keys(input?.properties ?? {})];
    return `${id.padEnd(24)} ${summary}${asked.length > 0 ? ` (${asked.join(", ")})` : ""}`;
  });
  return rows.join("\n");
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
