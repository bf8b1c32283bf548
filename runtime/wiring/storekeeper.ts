import type { Order } from "../content/order.ts";
import { tiersOf } from "../content/release.ts";
import type { Warehouse } from "./warehouse.ts";

/** Does what a technician asks; gives what to tell him, or rejects with why it cannot be. */
export async function obey(order: Order, warehouse: Warehouse, nowMs: number): Promise<string> {
  const { keeper, shelf } = warehouse;
  switch (order.kind) {
    case "check": {
      const damaged = await warehouse.inspect();
      await keeper.check(nowMs);
      const files = damaged === 1 ? "1 file is" : `${damaged} files are`;
      return damaged === 0 ? "all files are whole" : `${files} damaged and fetched again`;
    }
    case "rollback": {
      const id = order.avatar ?? keeper.report().shown?.id ?? keeper.wishes[0]?.id;
      if (id === undefined) throw new Error("Cannot roll back: no avatar is named, and none shown");
      await keeper.rollBack(id);
      return `${id} is ${shelf.current(id)?.version ?? "the one of the program"} again`;
    }
    case "install": {
      const placed = await warehouse.install(order.file ?? "");
      return `${placed.id} ${placed.version} is installed at ${tiersOf(placed).join(" and ")}`;
    }
    case "collect": {
      const { objects, bytes } = await keeper.collect();
      return `${objects} files (${(bytes / 1e6).toFixed(1)} MB) nobody needs are gone`;
    }
  }
}
