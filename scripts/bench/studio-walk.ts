import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Avatar } from "../../runtime/studio/catalogue/avatar.ts";
import type { Order } from "../../runtime/studio/order/order.ts";
import type { Task } from "../../runtime/studio/task/task.ts";
import { submitTake } from "../studio/submit.ts";
import { RunningKiosk, type SeenEvent } from "./kiosk.ts";
import type { StudioTown } from "./studio-town.ts";

/** What a customer does, by whatever means. */
export interface Customer {
  order(sku: string): Promise<void>;
  submit(name: string, files: Files): Promise<void>;
  accept(taskId: string): Promise<void>;
}

/** What is handed in, by paths. */
export interface Files {
  readonly take: string;
  readonly sound?: string;
  readonly idle?: string;
  readonly consent: string;
}

/** What the greeter says once she stands on the kiosk. */
export interface Walked {
  readonly task: Task;
  readonly avatar: Avatar;
  /** Of the job that the new avatar spoke. */
  readonly completed: SeenEvent;
  /** Moments of the walk, in ms from its begin. */
  readonly atMs: Readonly<
    Record<"submitted" | "checked" | "trained" | "published" | "spoken", number>
  >;
}

/** A customer who has everything done by the REST API. */
export function programmer(town: StudioTown): Customer {
  return {
    async order(sku) {
      await town.ask("customer", "orders.place", { lines: [{ sku, count: 1 }] });
    },
    async submit(name, files) {
      const wish = { name, kind: "generic", type: "instant", target: ["client"], ...files };
      await Array.fromAsync(submitTake(town.as("customer"), wish));
    },
    async accept(id) {
      await town.ask("customer", "settings.accept", { id });
    },
  };
}

/**
 * The whole process: an order becomes a quota, a take becomes an avatar, it is accepted, published
 * and assigned, and a kiosk fetches it, shows it and speaks with it. The studio's own people act by
 * the REST API.
 */
export async function walk(town: StudioTown, customer: Customer, files: Files): Promise<Walked> {
  const sinceMs = performance.now();
  const at = (): number => performance.now() - sinceMs;
  await customer.order("avatar-generic-instant");
  const placed = await town.ask<Order[]>("administrator", "orders.list", { state: "placed" });
  for (const { id } of placed) await town.ask("administrator", "orders.confirm", { id });
  await customer.submit("Ben", files);
  const submitted = at();
  const checked = await reach(town, "AUDIT waiting");
  const checkedMs = at();
  await town.ask("delivery", "tasks.approve", { id: checked.id });
  const task = await reach(town, "CONFIRM waiting");
  const trained = at();
  await customer.accept(task.id);
  const avatar = await town.until("the published avatar", async () => {
    const [one] = await town.ask<Avatar[]>("customer", "avatars.list");
    return one?.release ? one : undefined;
  });
  const published = at();
  await using kiosk = await startKiosk(town, "lobby");
  const wish = { avatarId: avatar.id, kind: "device", name: "lobby" };
  await town.ask("customer", "assignments.make", wish);
  const completed = await speak(kiosk, avatar.id);
  return {
    ...{ task, avatar, completed },
    atMs: { submitted, checked: checkedMs, trained, published, spoken: at() },
  };
}

/** The town's only task, once it stands there; throws when it can no longer come there. */
export function reach(town: StudioTown, place: string): Promise<Task> {
  return town.until(`a task at ${place}`, async () => {
    const [task] = await town.ask<Task[]>("delivery", "tasks.list");
    if (task?.status === "refused" || task?.status === "failed") {
      const reasons = task.findings.map(({ code, message }) => `${code} ${message}`);
      throw new Error(`Cannot reach ${place}: ${task.note} ${reasons.join("; ")}`);
    }
    return task && `${task.stage} ${task.status}` === place ? task : undefined;
  });
}

/** A kiosk on the town's broker that trusts the town's repository. */
async function startKiosk(town: StudioTown, device: string): Promise<RunningKiosk> {
  const rootFile = join(town.state, "repository/metadata/1.root.json");
  await town.until("the repository", async () => existsSync(rootFile) || undefined);
  const flags = ["--display", "memory", "--audio", "silent", "--tier", "360p"];
  return RunningKiosk.start(town.broker.url, flags, {
    device,
    env: {
      FRONTDESK_CLOCK: "board",
      FRONTDESK_CONTENT_REPOSITORY: `${town.url}/repository/`,
      FRONTDESK_CONTENT_ROOT_FILE: rootFile,
      FRONTDESK_CONTENT_CA_FILE: town.caFile,
      FRONTDESK_CONTENT_PROBATION_MS: "3000",
      FRONTDESK_PAGE_PORT: "0",
    },
  });
}

/** The end of a job that asks for this avatar, once it is shown. */
async function speak(kiosk: RunningKiosk, avatar: string): Promise<SeenEvent> {
  await kiosk.seen("info", (info) => info.avatar === avatar);
  const { jobId } = await kiosk.submit({ text: "Hello, I am the new one.", avatar });
  return kiosk.event(jobId, "completed", "failed");
}
