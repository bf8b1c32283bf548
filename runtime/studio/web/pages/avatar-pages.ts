import { publicKeyOf } from "../../../content/licence/seal.ts";
import { Refusal } from "../../refusal.ts";
import { everybody } from "../action.ts";
import { accountOf, type Page, pieceOf } from "../page.ts";
import { avatar, catalogue } from "./catalogue.ts";
import { devices } from "./devices.ts";
import { licences } from "./licences.ts";

/** Accepted avatars, who shows them, and who may. */
export const avatarPages: readonly Page[] = [
  {
    path: "/catalogue",
    roles: everybody,
    title: "nav.catalogue",
    load: async (call) => ({
      content: catalogue(
        call.scene,
        await call.house.studio.catalogue.list(call.act, {}, pieceOf(call)),
      ),
    }),
  },
  {
    path: "/catalogue/:id",
    roles: everybody,
    title: "avatar",
    load: async ({ house, act, scene, param }) => {
      const found = await house.studio.catalogue.get(act, param("id"));
      if (found instanceof Refusal) return found;
      const assignments = await house.studio.assignments.list(act, { avatarId: found.id });
      return { content: avatar(scene, { avatar: found, assignments }), title: found.name };
    },
  },
  {
    path: "/devices",
    roles: everybody,
    title: "nav.devices",
    load: async ({ house, act, scene }) => {
      const assignments = await house.studio.assignments.list(act, {}, { limit: 200 });
      const avatars = await house.studio.catalogue.list(act, {}, { limit: 200 });
      const published = avatars.filter(({ release }) => release !== null);
      return { content: devices(scene, { assignments, avatars: published }) };
    },
  },
  {
    path: "/licences",
    roles: ["customer", "administrator"],
    title: "nav.licences",
    load: async (call) => {
      const { house, act, scene } = call;
      const { studio } = house;
      const accountId = accountOf(call);
      const pools = await Promise.all(
        (await studio.licences.pools(act, accountId)).map(async (pool) => {
          const taken = await studio.licences.seats(act, pool.id);
          return { ...pool, taken: taken instanceof Refusal ? [] : taken };
        }),
      );
      const accounts = await studio.people.accounts(act);
      const signer = house.licenceKey === undefined ? "" : publicKeyOf(house.licenceKey);
      const picker = { path: "/licences", accounts, accountId };
      return { content: licences(scene, { pools, picker, signer }) };
    },
  },
];
