import { Type } from "typebox";
import { Refusal } from "../../refusal.ts";
import { type Action, action, done, everybody } from "../action.ts";

/** How programs come in. */
export const tokenActions: readonly Action[] = [
  action({
    id: "tokens.make",
    method: "POST",
    path: "/tokens",
    roles: "anyone",
    summary: "A token for `Authorization: Bearer`, good for 90 days",
    input: Type.Object({
      email: Type.String({ minLength: 3, maxLength: 255 }),
      password: Type.String({ minLength: 1, maxLength: 256 }),
    }),
    answer: Type.Object({ token: Type.String(), expiresMs: Type.Integer({ minimum: 0 }) }),
    run: async ({ house, act: { nowMs } }, { email, password }) => {
      const { guard } = house;
      const isTooFast =
        guard.isTooFast("crowd", "", nowMs) ||
        guard.isTooFast("account", email.trim().toLowerCase(), nowMs);
      if (isTooFast) return tooFast;
      const entered = await house.door.enter({ email, password, kind: "api" }, nowMs);
      if (entered instanceof Refusal) return entered;
      return { token: entered.token, expiresMs: entered.expiresMs };
    },
  }),
  action({
    id: "tokens.end",
    method: "POST",
    path: "/tokens/end",
    roles: everybody,
    summary: "The token that this is asked with is good for nothing from now on",
    answer: done,
    run: async ({ house, session }) => {
      if (session) await house.door.leave(session);
      return { done: true } as const;
    },
  }),
];

const tooFast = new Refusal("FORBIDDEN", "Cannot sign in: too many tries, wait a few minutes");
