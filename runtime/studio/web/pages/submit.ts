import { avatarKinds, lipSyncTypes } from "../../../../config/skus.ts";
import { type UploadPurpose, uploadKinds } from "../../../../config/uploads.ts";
import { targets } from "../../quota/quota.ts";
import type { Missing } from "../../refusal.ts";
import { type Html, html } from "../html.ts";
import type { Word } from "../language.ts";
import { area, card, field, missingList, radios, submit, token } from "../parts.ts";
import { type Scene, sizeOf } from "../scene.ts";

export interface Submit {
  readonly missingForCloud: readonly Missing[];
}

/** A new customisation: what it is to be, the material, the consent. */
export function submitTake(scene: Scene, { missingForCloud }: Submit): Html {
  const { words } = scene;
  const kinds = avatarKinds.map((value) => choice(scene, "kind", value));
  const types = lipSyncTypes.map((value) => choice(scene, "type", value));
  const where = targets.map((value) => choice(scene, "target", value));
  const lacks =
    missingForCloud.length > 0 &&
    html`<div class="note"><p>${words("cloud.lacks")}</p>
${missingList(scene, missingForCloud)}</div>`;
  const name = { name: "name", label: "task.name", hint: "submit.name" } as const;
  const what = html`${field(scene, { ...name, required: true, max: 64 })}
${radios(scene, { name: "kind", legend: "submit.kind" }, kinds)}
${radios(scene, { name: "type", legend: "submit.type" }, types)}
${radios(scene, { name: "targets", legend: "submit.targets", type: "checkbox" }, where)}${lacks}`;
  const sentence = area(scene, { name: "sentence", label: "task.sentence", max: 300 });
  return html`<p class="lead">${words("submit.lead")}</p>
<form method="post" action="/tasks" enctype="multipart/form-data" data-upload>${token(scene)}
${card(words("submit.what"), what)}
${card(words("submit.material"), materialFields(scene))}
${card(words("submit.sentence"), sentence)}
${submit(scene, "submit.send")}${uploading(scene)}
</form>`;
}

/** Fields for files; those that a form leaves empty stay as they were. */
export function materialFields(scene: Scene): Html {
  const { words } = scene;
  return html`<p>${words("submit.material.what")}</p>
<div class="pair">${fileField(scene, "take", "submit.take", "submit.take.what")}
${fileField(scene, "photo", "submit.photo", "submit.photo.what")}
${fileField(scene, "sound", "submit.sound", "submit.sound.what")}
${fileField(scene, "idle", "submit.idle", "submit.idle.what")}
${fileField(scene, "consent", "submit.consent", "submit.consent.what")}</div>`;
}

/** Where the island tells how far an upload is, in the page's language. */
export function uploading({ words }: Scene): Html {
  return html`<p class="uploading" role="status" data-going="${words("upload.going")}"
data-failed="${words("upload.failed")}"></p>`;
}

function fileField(scene: Scene, purpose: UploadPurpose, label: Word, hint: Word): Html {
  const { bytesMax, endings } = uploadKinds[purpose];
  const { words } = scene;
  return html`<div class="field file"><label for="file-${purpose}">${words(label)}</label>
<input id="file-${purpose}" type="file" name="${purpose}" accept="${endings.join(",")}"
aria-describedby="file-${purpose}-hint" data-max="${bytesMax}">
<p class="hint" id="file-${purpose}-hint">${words(hint, { size: sizeOf(scene, bytesMax) })}</p>
</div>`;
}

function choice({ words }: Scene, group: "kind" | "type" | "target", value: string) {
  const name = `${group}.${value}`;
  return { value, label: words.of(name), hint: words.of(`${name}.what`) };
}
