import { stages, type Task } from "../../task/task.ts";
import { type Html, html } from "../html.ts";
import { card, older } from "../parts.ts";
import type { Scene } from "../scene.ts";
import { taskTable } from "./overview.ts";

export interface Tasks {
  readonly tasks: readonly Task[];
  /** The one stage that is shown; "": all. */
  readonly stage: string;
}

/** Customisation tasks, of all stages or of one. */
export function tasks(scene: Scene, { tasks, stage }: Tasks): Html {
  const { words } = scene;
  const tabs = ["", ...stages].map((name) => {
    const here = name === stage && html` aria-current="page"`;
    const text = name === "" ? words("tasks.every") : words.of(`stage.${name}`);
    return html`<a href="/tasks${name && `?stage=${name}`}"${here}>${text}</a>`;
  });
  const path = stage === "" ? "/tasks" : `/tasks?stage=${stage}`;
  return html`<p><a class="button main" href="/tasks/new">${words("next.submit")}</a></p>
<nav class="tabs" aria-label="${words("task.way")}">${tabs}</nav>
${card(words("tasks.all"), taskTable(scene, "tasks.all", tasks))}${older(scene, path, tasks)}`;
}
