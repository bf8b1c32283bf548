import type { Assignment, Avatar, AvatarRelease } from "../../catalogue/avatar.ts";
import { type Html, html } from "../html.ts";
import { makeOf } from "../labels.ts";
import { badge, card, facts, older, table } from "../parts.ts";
import { dayOf, momentOf, type Scene, sizeOf } from "../scene.ts";
import { assignForm, assignmentTable } from "./devices.ts";

/** Accepted avatars. */
export function catalogue(scene: Scene, avatars: readonly Avatar[]): Html {
  const { words } = scene;
  const columns = ["avatar.name", "task.make", "avatar.accepted", "avatar.state"] as const;
  const rows = avatars.map((avatar) => [
    html`<a href="/catalogue/${avatar.id}">${avatar.name}</a>`,
    makeOf(scene, avatar),
    dayOf(scene, avatar.acceptedMs),
    stateOf(scene, avatar),
  ]);
  const list = table(scene, { label: "nav.catalogue", columns, empty: "catalogue.none" }, rows);
  return html`<p class="lead">${words("catalogue.lead")}</p>${card(words("catalogue.all"), list)}
${older(scene, "/catalogue", avatars)}`;
}

export interface AvatarView {
  readonly avatar: Avatar;
  readonly assignments: readonly Assignment[];
}

/** One avatar: its release, a download for each tier, and who has it. */
export function avatar(scene: Scene, { avatar, assignments }: AvatarView): Html {
  const { words } = scene;
  const { release } = avatar;
  const rows = [
    [words("avatar.id"), html`<code>${avatar.id}</code>`],
    [words("task.make"), makeOf(scene, avatar)],
    [words("avatar.state"), stateOf(scene, avatar)],
    [words("avatar.accepted"), momentOf(scene, avatar.acceptedMs)],
    [words("avatar.task"), html`<a href="/tasks/${avatar.taskId}">${words("avatar.task.see")}</a>`],
  ] as const;
  const tiers = release
    ? downloads(scene, avatar.id, release)
    : html`<p class="empty">${words("avatar.unpublished")}</p>`;
  const given = html`${assignmentTable(scene, assignments)}${assignForm(scene, [avatar])}`;
  return html`<div class="pair">${card(words("avatar.facts"), facts(rows))}
${card(words("avatar.downloads"), tiers)}</div>${card(words("avatar.given"), given)}`;
}

function stateOf({ words }: Scene, { release }: Avatar): Html {
  return release === null
    ? badge(words("avatar.publishing"), "fair")
    : badge(words("avatar.published", { version: release.version }), "good");
}

function downloads(scene: Scene, id: string, { files, sha256 }: AvatarRelease): Html {
  const { words } = scene;
  const shared = files.filter(({ tier }) => tier === null);
  const rows = files.flatMap((file) => {
    if (file.tier === null) return [];
    const bytes = shared.reduce((sum, one) => sum + one.bytes, file.bytes);
    const link = html`<a href="/catalogue/${id}/${file.tier}.fda" download>
${id}-${file.tier}.fda</a>`;
    return [[file.tier, sizeOf(scene, bytes), link]];
  });
  const columns = ["avatar.tier", "avatar.size", "avatar.file"] as const;
  return html`<p>${words("avatar.downloads.what")}</p>
${table(scene, { label: "avatar.downloads", columns, empty: "avatar.unpublished" }, rows)}
<p class="hint">manifest.json SHA-256 <code class="long">${sha256}</code></p>`;
}
