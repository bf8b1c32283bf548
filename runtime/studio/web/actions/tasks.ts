import { Type } from "typebox";
import { Refusal } from "../../refusal.ts";
import type { Task } from "../../task/task.ts";
import { type Action, action, type Call, everybody } from "../action.ts";
import { inputOf } from "../form.ts";
import { materialsOf } from "../handed-in.ts";
import { choices, id, shapes } from "../shapes.ts";

const wish = {
  name: Type.String({ minLength: 1, maxLength: 64 }),
  materials: Type.Optional(Type.Array(shapes.material, { maxItems: 32 })),
  consentFile: Type.Optional(id),
  sentence: Type.Optional(Type.String({ maxLength: 300 })),
};

const submission = Type.Object({
  ...wish,
  kind: choices.kind,
  type: choices.type,
  targets: Type.Array(choices.target, { minItems: 1, maxItems: 2, uniqueItems: true }),
});

const revision = Type.Object({ ...wish, name: Type.Optional(wish.name) });

const page = "/tasks/:id";
const next = ({ id }: Task): string => `/tasks/${id}`;

/** Customising: from a submission to a trained avatar, as its customer sees it. */
export const taskActions: readonly Action[] = [
  action({
    id: "tasks.list",
    method: "GET",
    path: "/tasks",
    roles: everybody,
    summary: "Customisation tasks, newest first",
    input: Type.Object({
      stage: Type.Optional(shapes.task.properties.stage),
      kind: Type.Optional(choices.kind),
      type: Type.Optional(choices.type),
      assigneeId: Type.Optional(id),
      accountId: Type.Optional(id),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
      before: Type.Optional(id),
    }),
    answer: Type.Array(shapes.task),
    run: ({ house, act }, { limit = 50, before, ...filter }) =>
      house.studio.tasks.list(act, filter, before === undefined ? { limit } : { limit, before }),
  }),
  action({
    id: "tasks.get",
    method: "GET",
    path: "/tasks/:id",
    roles: everybody,
    summary: "One task, with its stage, progress and findings",
    answer: shapes.task,
    run: ({ house, act, param }) => house.studio.tasks.get(act, param("id")),
  }),
  action({
    id: "tasks.history",
    method: "GET",
    path: "/tasks/:id/history",
    roles: everybody,
    summary: "What happened to a task",
    answer: Type.Array(shapes.taskEvent),
    run: ({ house, act, param }) => house.studio.tasks.history(act, param("id")),
  }),
  action({
    id: "tasks.logs",
    method: "GET",
    path: "/tasks/:id/logs",
    roles: everybody,
    summary: "Lines that workers wrote, after the one of number `after`",
    input: Type.Object({ after: Type.Optional(Type.Integer({ minimum: 0 })) }),
    answer: Type.Array(shapes.taskLog),
    run: ({ house, act, param }, { after }) => house.studio.tasks.logs(act, param("id"), after),
  }),
  action({
    id: "tasks.rounds",
    method: "GET",
    path: "/tasks/:id/rounds",
    roles: everybody,
    summary: "What each round of training came to",
    answer: Type.Array(shapes.round),
    run: ({ house, act, param }) => house.studio.tasks.rounds(act, param("id")),
  }),
  action({
    id: "tasks.submit",
    method: "POST",
    path: "/tasks",
    roles: everybody,
    summary: "Submit a take or a photo; two targets make two tasks",
    input: submission,
    answer: Type.Array(shapes.task),
    form: {
      page: "/tasks/new",
      next: ([task]) => (task ? `/tasks/${task.id}` : "/tasks"),
      read: (fields) => ({ ...inputOf(submission, fields), ...materialsOf(fields) }),
    },
    run: async (call, input) => {
      const fault = await filesFault(call, input);
      return fault ?? call.house.studio.tasks.submit(call.act, input);
    },
  }),
  action({
    id: "tasks.revise",
    method: "POST",
    path: "/tasks/:id/revise",
    roles: everybody,
    summary: "Replace material or words of a task that is open or was refused",
    input: revision,
    answer: shapes.task,
    form: {
      page,
      next,
      read: (fields) => ({ ...inputOf(revision, fields), ...materialsOf(fields) }),
    },
    run: async (call, input) => {
      const fault = await filesFault(call, input);
      return fault ?? call.house.studio.tasks.revise(call.act, call.param("id"), input);
    },
  }),
  action({
    id: "tasks.handIn",
    method: "POST",
    path: "/tasks/:id/hand-in",
    roles: everybody,
    summary: "Hand a task in: its material is checked before anybody looks at it",
    answer: shapes.task,
    form: { page, next },
    run: ({ house, act, param }) => house.studio.tasks.handIn(act, param("id")),
  }),
  action({
    id: "tasks.cancel",
    method: "POST",
    path: "/tasks/:id/cancel",
    roles: everybody,
    summary: "Give a task up",
    input: Type.Object({ reason: Type.Optional(Type.String({ maxLength: 300 })) }),
    answer: shapes.task,
    form: { page, next },
    run: ({ house, act, param }, { reason = "" }) =>
      house.studio.tasks.cancel(act, param("id"), reason),
  }),
];

interface Files {
  readonly materials?: readonly { readonly purpose: string; readonly file: string }[];
  readonly consentFile?: string;
}

/** Files must be whole, of the actor's account, and of the purpose that they are named for. */
async function filesFault(
  { house, act }: Call,
  { materials = [], consentFile }: Files,
): Promise<Refusal | undefined> {
  const consents = consentFile === undefined ? [] : [{ purpose: "consent", file: consentFile }];
  for (const { purpose, file } of [...materials, ...consents]) {
    const upload = await house.uploads.find(act, file);
    if (upload instanceof Refusal) return upload;
    if (upload.there < upload.bytes) {
      const there = `${upload.there} of its ${upload.bytes} bytes are there`;
      return new Refusal("INVALID", `Cannot take file ${upload.name}: ${there}`);
    }
    if (upload.purpose === purpose) continue;
    const wrong = `it was handed in as ${upload.purpose}, not as ${purpose}`;
    return new Refusal("INVALID", `Cannot take file ${upload.name}: ${wrong}`);
  }
  return undefined;
}
