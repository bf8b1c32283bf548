import { Type } from "typebox";
import { Refusal } from "../../refusal.ts";
import { type Action, action, administrators, done, doneOr, everybody } from "../action.ts";
import { id, shapes } from "../shapes.ts";

/** NIST SP 800-63B-4, 3.1.1.2: 15 characters where a password is the only factor. */
export const passwordCharsMin = 15;

const password = Type.String({ minLength: passwordCharsMin, maxLength: 256 });
const people = { page: "/people", next: () => "/people" };

/** Accounts, people, and what everybody did. */
export const peopleActions: readonly Action[] = [
  action({
    id: "people.me",
    method: "GET",
    path: "/me",
    roles: everybody,
    summary: "Who asks",
    answer: shapes.person,
    run: async ({ session }) => session?.person,
  }),
  action({
    id: "people.setOwnPassword",
    method: "POST",
    path: "/me/password",
    roles: everybody,
    summary: "Change the own password; other sessions end",
    input: Type.Object({ current: Type.String({ maxLength: 256 }), password }),
    answer: done,
    form: { page: "/account", next: () => "/sign-in" },
    run: async ({ house, act, session }, { current, password }) => {
      const known = await house.studio.people.byEmail(session?.person.email ?? "");
      if (!(await house.passwords.verify(current, known?.passwordHash))) {
        return new Refusal("INVALID", "Cannot change password: the current one is wrong", {
          path: "/current",
        });
      }
      const hash = await house.passwords.hash(password);
      return doneOr(await house.studio.people.setPassword(act, act.actor.userId, hash));
    },
  }),
  action({
    id: "accounts.list",
    method: "GET",
    path: "/accounts",
    roles: ["delivery", "administrator"],
    summary: "All accounts",
    answer: Type.Array(shapes.account),
    run: ({ house, act }) => house.studio.people.accounts(act),
  }),
  action({
    id: "accounts.open",
    method: "POST",
    path: "/accounts",
    roles: administrators,
    summary: "Open an account; its time zone is the calendar of its quotas",
    input: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 100 }),
      timeZone: Type.String({ minLength: 1, maxLength: 64 }),
    }),
    answer: shapes.account,
    form: people,
    run: ({ house, act }, wish) => house.studio.people.openAccount(act, wish),
  }),
  action({
    id: "people.list",
    method: "GET",
    path: "/people",
    roles: administrators,
    summary: "People of all accounts, or of one",
    input: Type.Object({ accountId: Type.Optional(id) }),
    answer: Type.Array(shapes.person),
    run: ({ house, act }, { accountId }) => house.studio.people.list(act, accountId),
  }),
  action({
    id: "people.add",
    method: "POST",
    path: "/people",
    roles: administrators,
    summary: "Add a person to an account",
    input: Type.Object({
      accountId: id,
      email: Type.String({ pattern: "^[^\\s@]{1,64}@[^\\s@]{1,190}$" }),
      name: Type.String({ minLength: 1, maxLength: 100 }),
      role: shapes.person.properties.role,
      language: shapes.person.properties.language,
      password,
    }),
    answer: shapes.person,
    form: people,
    run: async ({ house, act }, { password, ...wish }) => {
      const passwordHash = await house.passwords.hash(password);
      return house.studio.people.add(act, { ...wish, passwordHash });
    },
  }),
  action({
    id: "people.setPassword",
    method: "POST",
    path: "/people/:id/password",
    roles: administrators,
    summary: "Give a person another password; their sessions end",
    input: Type.Object({ password }),
    answer: done,
    form: people,
    run: async ({ house, act, param }, input) => {
      const hash = await house.passwords.hash(input.password);
      return doneOr(await house.studio.people.setPassword(act, param("id"), hash));
    },
  }),
  action({
    id: "people.setDisabled",
    method: "POST",
    path: "/people/:id/disabled",
    roles: administrators,
    summary: "Keep a person out, or let them in again",
    input: Type.Object({ disabled: Type.Boolean() }),
    answer: shapes.person,
    form: people,
    run: ({ house, act, param }, { disabled }) =>
      house.studio.people.setDisabled(act, param("id"), disabled),
  }),
  action({
    id: "audit.list",
    method: "GET",
    path: "/audit",
    roles: administrators,
    summary: "Who did what, newest first",
    input: Type.Object({
      subject: Type.Optional(id),
      accountId: Type.Optional(id),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
      before: Type.Optional(id),
    }),
    answer: Type.Array(shapes.auditEntry),
    run: ({ house, act }, { limit = 100, before, ...filter }) =>
      house.studio.audit.list(act, filter, before === undefined ? { limit } : { limit, before }),
  }),
];
