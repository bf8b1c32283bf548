import { readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { ScryptPasswords } from "../../drivers/passwords/scrypt.ts";
import { roles } from "../../runtime/studio/act.ts";
import type { Person } from "../../runtime/studio/people/person.ts";
import { Refusal } from "../../runtime/studio/refusal.ts";
import { passwordCharsMin } from "../../runtime/studio/web/actions/people.ts";
import { openStudio, type StudioPlace } from "../studio/open.ts";
import { withPlace } from "./studio-serve.ts";

interface AddOptions extends StudioPlace {
  readonly email: string;
  readonly name: string;
  readonly role: Person["role"];
  readonly account: string;
  readonly timeZone: string;
  readonly language: Person["language"];
  readonly passwordFile: string;
}

/** `frontdesk studio user add`: people, on the studio's own machine; the first one, above all. */
export function addUserCommands(studio: Command): void {
  const user = studio.command("user").description("people of a studio, on its own machine");
  withPlace(user.command("add"))
    .description("add a person; the first one founds the studio as its administrator")
    .requiredOption("--email <address>", "what they sign in with")
    .requiredOption("--name <name>", "what they are called")
    .addOption(new Option("--role <role>").choices([...roles]).default("administrator"))
    .option("--account <name>", "the account they belong to; opened where there is none", "Studio")
    .option("--time-zone <zone>", "of an account that is opened, e.g. Asia/Shanghai", "UTC")
    .addOption(new Option("--language <tag>").choices(["en", "zh"]).default("en"))
    .option("--password-file <file>", "a file that holds the password; -: what comes in", "-")
    .action(add);
}

async function add(options: AddOptions): Promise<void> {
  const password = readPassword(options.passwordFile);
  const trace = { note: () => {} };
  await using opened = await openStudio(options, trace);
  const { studio, stamps } = opened;
  const nowMs = stamps.wallMs();
  const passwordHash = await new ScryptPasswords().hash(password);
  const { email, name, language, timeZone, account: accountName, role } = options;
  const newcomer = { email, name, language, passwordHash };
  const actor = { userId: "system", role: "administrator", accountId: "" } as const;
  const act = { actor, nowMs };
  const someone = (await studio.people.list(act)).length > 0;
  const person = someone
    ? await addTo(await accountOf(options), role)
    : await studio.people.found({ ...newcomer, accountName, timeZone }, nowMs);
  if (person instanceof Refusal) throw new Error(person.message);
  process.stdout.write(`${person.name} is ${person.role} of ${accountName}\n`);

  async function accountOf({ account, timeZone }: AddOptions): Promise<string> {
    const known = (await studio.people.accounts(act)).find(({ name }) => name === account);
    const opened = known ?? (await studio.people.openAccount(act, { name: account, timeZone }));
    if (opened instanceof Refusal) throw new Error(opened.message);
    return opened.id;
  }

  function addTo(accountId: string, as: Person["role"]): Promise<Person | Refusal> {
    return studio.people.add(act, { ...newcomer, accountId, role: as });
  }
}

/** The first line of the file, or of what comes in. */
export function readPassword(file: string): string {
  const text = readFileSync(file === "-" ? 0 : file, "utf8");
  const password = text.split(/\r?\n/)[0] ?? "";
  const chars = [...password].length;
  if (chars >= passwordCharsMin) return password;
  throw new Error(`Cannot take password: it has ${chars} characters, at least 15 are due`);
}
