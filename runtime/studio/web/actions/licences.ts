import { Type } from "typebox";
import { Refusal } from "../../refusal.ts";
import { type Action, action, administrators, done, doneOr, everybody } from "../action.ts";
import { exchangeLicence } from "../licence-desk.ts";
import { id, shapes } from "../shapes.ts";

const scope = Type.Object({ accountId: Type.Optional(id) });

/** Device licences: pools, seats, and requests that were carried here. */
export const licenceActions: readonly Action[] = [
  action({
    id: "licences.list",
    method: "GET",
    path: "/licences",
    roles: everybody,
    summary: "Pools of device licences",
    input: scope,
    answer: Type.Array(shapes.pool),
    run: ({ house, act }, { accountId }) => house.studio.licences.pools(act, accountId),
  }),
  action({
    id: "licences.seats",
    method: "GET",
    path: "/licences/:id/seats",
    roles: everybody,
    summary: "Devices that hold a licence of a pool",
    answer: Type.Array(shapes.seat),
    run: ({ house, act, param }) => house.studio.licences.seats(act, param("id")),
  }),
  action({
    id: "licences.release",
    method: "POST",
    path: "/licences/:id/release",
    roles: everybody,
    summary: "Free a device's seat when its lease ends",
    input: Type.Object({ deviceKey: Type.String({ minLength: 1, maxLength: 100 }) }),
    answer: done,
    form: { page: "/licences", next: () => "/licences" },
    run: async ({ house, act, param }, { deviceKey }) =>
      doneOr(await house.studio.licences.releaseSeat(act, param("id"), deviceKey)),
  }),
  action({
    id: "licences.newCode",
    method: "POST",
    path: "/licences/:id/code",
    roles: everybody,
    summary: "Another activation code; the former one opens nothing any more",
    answer: shapes.pool,
    form: { page: "/licences", next: () => "/licences" },
    run: ({ house, act, param }) => house.studio.licences.newCode(act, param("id")),
  }),
  action({
    id: "licences.test",
    method: "POST",
    path: "/licences/test",
    roles: administrators,
    summary: "Give an account a test pool: 10 devices, 30 days",
    input: Type.Object({ accountId: id }),
    answer: done,
    form: { page: "/licences", next: () => "/licences" },
    run: async ({ house, act }, { accountId }) =>
      doneOr(await house.studio.licences.grantTest(act, accountId)),
  }),
  action({
    id: "licences.exchange",
    method: "POST",
    path: "/licences/exchange",
    roles: everybody,
    summary: "Answer a request that was carried here from a device without a network",
    input: Type.Object({ request: Type.String({ minLength: 1, maxLength: 8_192 }) }),
    answer: Type.Object({ lease: Type.Unknown() }),
    run: async ({ house, act }, { request }) => {
      const kind = /"code"\s*:\s*null/.test(request) ? "renew" : "activate";
      const { body } = await exchangeLicence(house, kind, request, act.nowMs);
      if ("lease" in body) return body;
      const code = body.code === "NO_SEAT" ? "NO_SEAT" : "INVALID";
      return new Refusal(code, body.message, { path: "/request" });
    },
    form: {
      page: "/licences",
      next: () => "/licences",
      file: (answer) => ({
        name: "frontdesk-lease.json",
        text: `${JSON.stringify((answer as { lease: unknown }).lease)}\n`,
      }),
    },
  }),
];
