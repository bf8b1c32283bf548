import { createHash, randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Avatar } from "../../runtime/studio/catalogue/avatar.ts";
import type { ServedConsole } from "./console.ts";
import { value } from "./studio.ts";

/** What begins like an MP4 and is none: nobody plays it. */
export const film = Buffer.concat([
  Buffer.from("0000001c667479706d703432", "hex"),
  randomBytes(3_000_000),
]);

/** The shipped avatar as one that was trained, accepted and published with its smallest tier. */
export async function publishAnna({ house, folder, vault }: ServedConsole): Promise<Avatar> {
  await house.buy("avatar-exclusive-instant");
  await house.buy("device-licence");
  await vault.begin("demo-1", film.length, { name: "demo.mp4" });
  await vault.append("demo-1", 0, once(film));
  const task = await house.trained("exclusive", "instant", "client");
  const accepted = value(await house.studio.acceptance.accept(house.act("customer"), task.id));
  const source = new URL("../../config/avatars/anna/", import.meta.url).pathname;
  const place = join(folder, "repository/targets/avatars", accepted.avatar.id, "1.0.0");
  mkdirSync(place, { recursive: true });
  const files = (["manifest.json", "shared.part", "360p.tier"] as const).map((name) => {
    const bytes = readFileSync(join(source, name));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    copyFileSync(join(source, name), join(place, `${sha256}.${name}`));
    const tier = name === "360p.tier" ? ("360p" as const) : null;
    return { name, tier, bytes: bytes.length, sha256 };
  });
  const release = { version: "1.0.0", sha256: files[0]?.sha256 ?? "", files };
  const work = await house.claim("publish");
  return value(await house.studio.catalogue.published(work, release, house.nowMs));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
