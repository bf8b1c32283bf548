import type { Page } from "./page.ts";
import { accountPages } from "./pages/account-pages.ts";
import { avatarPages } from "./pages/avatar-pages.ts";
import { orderPages } from "./pages/order-pages.ts";
import { taskPages } from "./pages/task-pages.ts";

/** Every page of the console. */
export const pages: readonly Page[] = [
  ...orderPages,
  ...taskPages,
  ...avatarPages,
  ...accountPages,
];
