import type { Task } from "../../task/task.ts";
import type { PageCall } from "../page.ts";

/** All tasks of the stages that the delivery team has to do with. */
export async function inWork({
  house,
  act,
}: Pick<PageCall, "house" | "act">): Promise<readonly Task[]> {
  const lists = (["AUDIT", "PROCESS", "TRAIN"] as const).map((stage) =>
    house.studio.tasks.list(act, { stage }, { limit: 200 }),
  );
  return (await Promise.all(lists)).flat();
}
