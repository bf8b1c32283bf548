import type { Assignment, Avatar } from "../../catalogue/avatar.ts";
import { type Html, html } from "../html.ts";
import { badge, card, field, form, press, select, submit, table } from "../parts.ts";
import { momentOf, type Scene } from "../scene.ts";

export interface Devices {
  readonly assignments: readonly Assignment[];
  readonly avatars: readonly Avatar[];
}

/** Which device or group has which avatar. */
export function devices(scene: Scene, { assignments, avatars }: Devices): Html {
  const { words } = scene;
  const none = html`<p class="empty">${words("catalogue.none")}</p>`;
  return html`<p class="lead">${words("devices.lead")}</p>
${card(words("devices.all"), assignmentTable(scene, assignments))}
${card(words("devices.give"), avatars.length === 0 ? none : assignForm(scene, avatars))}`;
}

export function assignmentTable(scene: Scene, assignments: readonly Assignment[]): Html {
  const { words } = scene;
  const columns = [
    "devices.name",
    "devices.avatar",
    "devices.state",
    "devices.since",
    "devices.take",
  ] as const;
  const rows = assignments.map((one) => [
    html`${words.of(`devices.${one.kind}`)} <code>${one.name}</code>`,
    html`<a href="/catalogue/${one.avatarId}">${one.avatarId}</a>`,
    one.writtenMs === null
      ? badge(words("devices.waits"), "fair")
      : badge(words("devices.written"), "good"),
    momentOf(scene, one.assignedMs),
    press(scene, `/assignments/${one.id}/remove`, "devices.remove"),
  ]);
  return table(scene, { label: "devices.all", columns, empty: "devices.none" }, rows);
}

export function assignForm(scene: Scene, avatars: readonly Avatar[]): Html {
  const { words } = scene;
  const choices = avatars.map(({ id, name }) => ({ value: id, label: name }));
  const kinds = [
    { value: "device", label: words("devices.device") },
    { value: "group", label: words("devices.group") },
  ];
  const name = { name: "name", label: "devices.name", required: true, max: 64 } as const;
  return form(
    scene,
    "/assignments",
    html`<div class="row">${select(scene, { name: "avatarId", label: "devices.avatar" }, choices)}
${select(scene, { name: "kind", label: "devices.kind" }, kinds)}${field(scene, name)}
${submit(scene, "devices.assign")}</div>
<p class="hint">${words("devices.hint")}</p>`,
  );
}
