import { escaped } from "./html.ts";

/** An avatar that the fleet desires, as a technician sees it. */
export interface AvatarRow {
  readonly id: string;
  /** Of its release; `newest` where none is named and none is here. */
  readonly version: string;
  readonly state: string;
  /** Of a download, 0 to 1; absent: none is under way. */
  readonly share?: number;
  /** How fast it comes, or what is wrong; `""`: nothing. */
  readonly note: string;
}

/** The avatars on their way to the screen; the script keeps the rows fresh. */
export function avatarsSection(avatars: readonly AvatarRow[]): string {
  return `<section class="wide" aria-labelledby="avatars-title">
<h2 id="avatars-title">Avatars</h2>
<p id="no-avatars"${avatars.length > 0 ? " hidden" : ""}>The fleet desires none; those that are
installed are shown.</p>
<table id="avatars"${avatars.length > 0 ? "" : " hidden"}>
<thead><tr><th scope="col">Avatar</th><th scope="col">Version</th><th scope="col">State</th>
<th scope="col">Download</th><th scope="col">Note</th></tr></thead>
<tbody>${avatars.map(rowOf).join("\n")}</tbody>
</table>
</section>`;
}

function rowOf({ id, version, state, share, note }: AvatarRow): string {
  const percent = Math.round((share ?? 0) * 100);
  const label = escaped(`Download of ${id}`);
  const value = `value="${percent}" aria-label="${label}"`;
  const bar = share === undefined ? "" : `<progress max="100" ${value}>${percent} %</progress>`;
  const cells = [escaped(id), escaped(version), escaped(state), bar, escaped(note)];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}
