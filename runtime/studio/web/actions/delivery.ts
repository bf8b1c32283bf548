import { Type } from "typebox";
import type { Task } from "../../task/task.ts";
import { type Action, action, everybody, staff } from "../action.ts";
import { choices, id, shapes } from "../shapes.ts";

const reason = Type.String({ minLength: 1, maxLength: 300 });
const page = "/tasks/:id";
const next = ({ id }: Task): string => `/tasks/${id}`;

/** The delivery team's hand on a task, and the customer's last word in Avatar Settings. */
export const deliveryActions: readonly Action[] = [
  action({
    id: "tasks.assign",
    method: "POST",
    path: "/tasks/:id/assign",
    roles: staff,
    summary: "Give a task to somebody of the delivery team, or to nobody",
    input: Type.Object({ userId: Type.Optional(id) }),
    answer: shapes.task,
    form: { page, next },
    run: ({ house, act, param }, { userId }) =>
      house.studio.delivery.assign(act, param("id"), userId ?? null),
  }),
  action({
    id: "tasks.approve",
    method: "POST",
    path: "/tasks/:id/approve",
    roles: staff,
    summary: "Approve material: it is processed and trained",
    answer: shapes.task,
    form: { page, next },
    run: ({ house, act, param }) => house.studio.delivery.approve(act, param("id")),
  }),
  action({
    id: "tasks.turnDown",
    method: "POST",
    path: "/tasks/:id/turn-down",
    roles: staff,
    summary: "Turn material down, with the reason",
    input: Type.Object({ reason }),
    answer: shapes.task,
    form: { page, next },
    run: ({ house, act, param }, input) =>
      house.studio.delivery.turnDown(act, param("id"), input.reason),
  }),
  action({
    id: "tasks.retry",
    method: "POST",
    path: "/tasks/:id/retry",
    roles: staff,
    summary: "Try what failed again",
    answer: shapes.task,
    form: { page, next },
    run: ({ house, act, param }) => house.studio.delivery.retry(act, param("id")),
  }),
  action({
    id: "settings.list",
    method: "GET",
    path: "/settings",
    roles: everybody,
    summary: "Avatar Settings: trained avatars that wait to be accepted",
    input: Type.Object({ type: Type.Optional(choices.type), accountId: Type.Optional(id) }),
    answer: Type.Array(shapes.task),
    run: ({ house, act }, filter) => house.studio.acceptance.waiting(act, filter),
  }),
  action({
    id: "settings.accept",
    method: "POST",
    path: "/tasks/:id/accept",
    roles: everybody,
    summary: "Accept an avatar; needs a valid quota",
    answer: Type.Object({
      task: shapes.task,
      avatar: shapes.avatar,
      quotaId: id,
      form: Type.Enum([1, 2]),
    }),
    form: { page: "/settings", next: ({ avatar }) => `/catalogue/${avatar.id}` },
    run: ({ house, act, param }) => house.studio.acceptance.accept(act, param("id")),
  }),
  action({
    id: "settings.reject",
    method: "POST",
    path: "/tasks/:id/reject",
    roles: everybody,
    summary: "Reject an avatar, with the reason: another round begins",
    input: Type.Object({ reason }),
    answer: shapes.task,
    form: { page: "/settings", next },
    run: ({ house, act, param }, input) =>
      house.studio.acceptance.reject(act, param("id"), input.reason),
  }),
  action({
    id: "queue.list",
    method: "GET",
    path: "/queue",
    roles: staff,
    summary: "Work that waits, is done or has failed for good",
    input: Type.Object({
      state: Type.Optional(Type.Enum(["ready", "leased", "done", "dead", "cancelled"])),
      kind: Type.Optional(Type.Enum(["check", "build", "publish", "assign", "hook"])),
    }),
    answer: Type.Array(shapes.work),
    run: ({ house, act }, filter) => house.studio.queue.list(act, filter),
  }),
  action({
    id: "queue.revive",
    method: "POST",
    path: "/queue/:id/revive",
    roles: staff,
    summary: "Try work again that has failed for good",
    answer: shapes.work,
    form: { page: "/delivery", next: () => "/delivery" },
    run: ({ house, act, param }) => house.studio.queue.revive(act, param("id")),
  }),
];
