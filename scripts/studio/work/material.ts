import { mkdir, rm, symlink } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Vault } from "../../../drivers/vault/vault.ts";
import type { Material, MaterialFinding, Task } from "../../../runtime/studio/task/task.ts";
import { actionNameError, missingFile } from "../../../runtime/studio/work/findings.ts";

/** A task's files under names that people and reports can read. */
export interface Footage {
  readonly take: string | null;
  readonly photo: string | null;
  readonly audio: string | null;
  readonly idle: string | null;
  readonly actions: readonly { readonly name: string; readonly video: string }[];
}

/** What of a task's files is missing, or cannot be called what it is called. */
export async function materialErrors(vault: Vault, task: Task): Promise<MaterialFinding[]> {
  const errors: MaterialFinding[] = [];
  for (const { purpose, file, name } of task.materials) {
    if (!(await isWhole(vault, file))) errors.push(missingFile("MATERIAL_MISSING", name));
    const misnamed = purpose === "action" ? actionNameError(name) : undefined;
    if (misnamed) errors.push(misnamed);
  }
  const { consentFile } = task;
  if (consentFile !== null && (await isWhole(vault, consentFile))) return errors;
  return [...errors, missingFile("CONSENT_MISSING", "the consent")];
}

/** Lays links to the files into `folder`, in the place of those of an earlier try. */
export async function layOut(vault: Vault, task: Task, folder: string): Promise<Footage> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const lay = async (material: Material, stem: string): Promise<string> => {
    const note = (await vault.find(material.file))?.note ?? {};
    // Of an action `name` is its own; the file's is in the vault.
    const suffix = extname(note.name ?? material.name).toLowerCase();
    const path = join(folder, stem + (/^\.[a-z0-9]{1,5}$/.test(suffix) ? suffix : ""));
    await symlink(vault.path(material.file), path);
    return path;
  };
  const one = async (purpose: Material["purpose"]): Promise<string | null> => {
    const material = task.materials.find((other) => other.purpose === purpose);
    return material ? lay(material, purpose) : null;
  };
  const actions: { name: string; video: string }[] = [];
  for (const material of task.materials.filter(({ purpose }) => purpose === "action")) {
    actions.push({ name: material.name, video: await lay(material, `action-${material.name}`) });
  }
  const [take, photo] = [await one("take"), await one("photo")];
  return { take, photo, audio: await one("sound"), idle: await one("idle"), actions };
}

/** What the avatar is made of: the photo of a photo avatar, of others the take. */
export function sourceOf({ kind }: Task, { take, photo }: Footage): string {
  const source = kind === "photo" ? photo : take;
  if (source !== null) return source;
  throw new Error(`Cannot work on task: it has no ${kind === "photo" ? "photo" : "take"}`);
}

async function isWhole(vault: Vault, id: string): Promise<boolean> {
  const file = await vault.find(id);
  return file !== undefined && file.bytes > 0 && file.there === file.bytes;
}
