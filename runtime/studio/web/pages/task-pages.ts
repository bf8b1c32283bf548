import { Refusal } from "../../refusal.ts";
import { stages } from "../../task/task.ts";
import { everybody, staff } from "../action.ts";
import { type Page, type PageCall, pieceOf } from "../page.ts";
import { delivery } from "./delivery.ts";
import { inWork } from "./in-work.ts";
import { settings } from "./settings.ts";
import { submitTake } from "./submit.ts";
import { task } from "./task.ts";
import { tasks } from "./tasks.ts";

/** Customising: submissions, tasks, the delivery team's view, Avatar Settings. */
export const taskPages: readonly Page[] = [
  {
    path: "/tasks",
    roles: everybody,
    title: "nav.tasks",
    load: async (call) => {
      const { house, act, scene, query } = call;
      const stage = stages.find((name) => name === query.get("stage"));
      const filter = stage === undefined ? {} : { stage };
      const list = await house.studio.tasks.list(act, filter, pieceOf(call));
      return { content: tasks(scene, { tasks: list, stage: stage ?? "" }) };
    },
  },
  {
    path: "/tasks/new",
    roles: everybody,
    title: "submit",
    scripts: ["upload.mjs"],
    load: async ({ house, act, scene }) => {
      const missingForCloud = await house.studio.scenario.cloud(act);
      return { content: submitTake(scene, { missingForCloud }) };
    },
  },
  {
    path: "/tasks/:id",
    roles: everybody,
    title: "task",
    scripts: ["upload.mjs", "live.mjs"],
    load: loadTask,
  },
  {
    path: "/delivery",
    roles: staff,
    title: "nav.delivery",
    load: async ({ house, act, scene }) => {
      const tasks = await inWork({ house, act });
      const dead = await house.studio.queue.list(act, { state: "dead" });
      return { content: delivery(scene, { tasks, dead, names: await namesOf({ house, act }) }) };
    },
  },
  {
    path: "/settings",
    roles: everybody,
    title: "nav.settings",
    load: async ({ house, act, scene, query }) => {
      const type = query.get("type") === "studio" ? "studio" : "instant";
      const waiting = await house.studio.acceptance.waiting(act);
      const quotas = await house.studio.quotas.list(act, undefined, { limit: 200 });
      return { content: settings(scene, { type, waiting, quotas }) };
    },
  },
];

async function loadTask({ house, act, scene, param }: PageCall) {
  const { tasks, people } = house.studio;
  const id = param("id");
  const found = await tasks.get(act, id);
  if (found instanceof Refusal) return found;
  const history = await tasks.history(act, id);
  if (history instanceof Refusal) return history;
  const logs = await tasks.logs(act, id);
  if (logs instanceof Refusal) return logs;
  const everyone = act.actor.role === "customer" ? [] : await people.list(act);
  const team = everyone.filter(({ role, disabled }) => role !== "customer" && !disabled);
  const names = await namesOf({ house, act });
  const title = scene.words("task.title", { name: found.name });
  return { content: task(scene, { task: found, history, logs, names, team }), title };
}

async function namesOf({ house, act }: Pick<PageCall, "house" | "act">) {
  const people = await house.studio.people.list(act);
  return new Map(people.map(({ id, name }) => [id, name]));
}
