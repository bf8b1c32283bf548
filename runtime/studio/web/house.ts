import type { KeyObject } from "node:crypto";
import type { Passwords } from "../../../drivers/passwords/passwords.ts";
import type { Tree } from "../../../drivers/tree/tree.ts";
import type { Vault } from "../../../drivers/vault/vault.ts";
import type { Studio } from "../studio.ts";
import type { Door } from "./door.ts";
import type { Guard } from "./guard.ts";
import type { Uploads } from "./uploads.ts";

/** What the console stands on. */
export interface House {
  readonly studio: Studio;
  readonly vault: Vault;
  readonly uploads: Uploads;
  readonly passwords: Passwords;
  readonly door: Door;
  readonly guard: Guard;
  /** The published repository, as devices fetch from it. */
  readonly repository: Tree;
  readonly newId: () => string;
  /** With what leases are signed; undefined: this studio gives no licences to devices. */
  readonly licenceKey: KeyObject | undefined;
}
