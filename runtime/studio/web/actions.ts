import type { Action } from "./action.ts";
import { avatarActions } from "./actions/avatars.ts";
import { deliveryActions } from "./actions/delivery.ts";
import { licenceActions } from "./actions/licences.ts";
import { orderActions } from "./actions/orders.ts";
import { peopleActions } from "./actions/people.ts";
import { taskActions } from "./actions/tasks.ts";
import { tokenActions } from "./actions/tokens.ts";

/** Everything that can be asked of the studio: the REST API, its document, the console's forms. */
export const actions: readonly Action[] = [
  ...tokenActions,
  ...orderActions,
  ...taskActions,
  ...deliveryActions,
  ...avatarActions,
  ...licenceActions,
  ...peopleActions,
];
