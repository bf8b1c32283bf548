import { Type } from "typebox";
import { type Action, action, everybody } from "../action.ts";
import { choices, id, shapes } from "../shapes.ts";

const scope = Type.Object({ accountId: Type.Optional(id) });
const paged = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  before: Type.Optional(id),
};

/** What an account has: quotas, hours, avatars, and which devices have them. */
export const avatarActions: readonly Action[] = [
  action({
    id: "quotas.list",
    method: "GET",
    path: "/quotas",
    roles: everybody,
    summary: "Quotas with their state now",
    input: scope,
    answer: Type.Array(shapes.quota),
    run: ({ house, act }, { accountId }) => house.studio.quotas.list(act, accountId),
  }),
  action({
    id: "hours.balance",
    method: "GET",
    path: "/hours",
    roles: everybody,
    summary: "Hour packages of the lightweight cloud service",
    input: scope,
    answer: shapes.hours,
    run: ({ house, act }, { accountId }) => house.studio.hours.balance(act, accountId),
  }),
  action({
    id: "scenarios.cloud",
    method: "GET",
    path: "/scenarios/cloud",
    roles: everybody,
    summary: "What cloud rendering still lacks; empty: nothing",
    input: Type.Object({
      kind: Type.Optional(choices.kind),
      type: Type.Optional(choices.type),
      accountId: Type.Optional(id),
    }),
    answer: Type.Array(shapes.missing),
    run: ({ house, act }, wish) => house.studio.scenario.cloud(act, wish),
  }),
  action({
    id: "avatars.list",
    method: "GET",
    path: "/avatars",
    roles: everybody,
    summary: "Accepted avatars, newest first",
    input: Type.Object({
      accountId: Type.Optional(id),
      target: Type.Optional(choices.target),
      ...paged,
    }),
    answer: Type.Array(shapes.avatar),
    run: ({ house, act }, { limit = 50, before, ...filter }) =>
      house.studio.catalogue.list(
        act,
        filter,
        before === undefined ? { limit } : { limit, before },
      ),
  }),
  action({
    id: "avatars.get",
    method: "GET",
    path: "/avatars/:id",
    roles: everybody,
    summary: "One accepted avatar with its release",
    answer: shapes.avatar,
    run: ({ house, act, param }) => house.studio.catalogue.get(act, param("id")),
  }),
  action({
    id: "assignments.list",
    method: "GET",
    path: "/assignments",
    roles: everybody,
    summary: "Which devices and groups have which avatar",
    input: Type.Object({
      avatarId: Type.Optional(id),
      kind: Type.Optional(shapes.assignment.properties.kind),
      name: Type.Optional(id),
    }),
    answer: Type.Array(shapes.assignment),
    run: ({ house, act }, filter) => house.studio.assignments.list(act, filter),
  }),
  action({
    id: "assignments.make",
    method: "POST",
    path: "/assignments",
    roles: everybody,
    summary: "Give an avatar to a device or a group: writes `content/desired`",
    input: Type.Object({
      avatarId: id,
      kind: shapes.assignment.properties.kind,
      name: Type.String({ pattern: "^[A-Za-z0-9_-]{1,64}$" }),
    }),
    answer: shapes.assignment,
    form: { page: "/devices", next: () => "/devices" },
    run: ({ house, act }, wish) => house.studio.assignments.assign(act, wish),
  }),
  action({
    id: "assignments.remove",
    method: "POST",
    path: "/assignments/:id/remove",
    roles: everybody,
    summary: "Take an avatar from a device or a group",
    answer: shapes.assignment,
    form: { page: "/devices", next: () => "/devices" },
    run: ({ house, act, param }) => house.studio.assignments.unassign(act, param("id")),
  }),
];
