import { administrators, everybody } from "../action.ts";
import { html } from "../html.ts";
import { type Page, pieceOf } from "../page.ts";
import { account, audit, people } from "./people.ts";

/** Accounts, people, the audit log, and one's own. */
export const accountPages: readonly Page[] = [
  {
    path: "/people",
    roles: administrators,
    title: "nav.people",
    load: async ({ house, act, scene }) => {
      const accounts = await house.studio.people.accounts(act);
      const list = await house.studio.people.list(act);
      return { content: people(scene, { accounts, people: list }) };
    },
  },
  {
    path: "/audit",
    roles: administrators,
    title: "nav.audit",
    load: async (call) => {
      const { house, act, scene, query } = call;
      const subject = query.get("subject") ?? "";
      const filter = subject === "" ? {} : { subject };
      const entries = await house.studio.audit.list(act, filter, pieceOf(call));
      const everyone = await house.studio.people.list(act);
      const names = new Map(everyone.map(({ id, name }) => [id, name]));
      return { content: audit(scene, entries, names) };
    },
  },
  {
    path: "/account",
    roles: everybody,
    title: "nav.account",
    load: async ({ session, scene }) => ({
      content: session ? account(scene, session.person) : html``,
    }),
  },
];
