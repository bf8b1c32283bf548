import { type Static, type TObject, type TSchema, Type } from "typebox";
import type { SiteFields } from "../../../drivers/site/site.ts";
import type { Act, Role } from "../act.ts";
import type { Session } from "../people/person.ts";
import { Refusal } from "../refusal.ts";
import type { House } from "./house.ts";

/** One thing that can be asked of the studio: an address of the REST API and, often, a form. */
export interface Action {
  /** As `orders.confirm`; also the operationId of the API. */
  readonly id: string;
  readonly method: "GET" | "POST";
  /** As `/orders/:id/confirm`: of the API below `/api/v1`, of its form as it stands. */
  readonly path: string;
  /** Who may ask; `anyone`: who has not signed in, too. */
  readonly roles: readonly Role[] | "anyone";
  readonly summary: string;
  /** The query of a GET, the body of a POST. */
  readonly input?: TObject;
  readonly answer: TSchema;
  readonly form?: Form;
  run(call: Call, input: unknown): Promise<unknown>;
}

/** A form of the console does the same as the API, and then shows a page. */
export interface Form {
  /** The page that it stands on, which is shown again where the studio refuses. */
  readonly page: string;
  /** Where to go when it is done. */
  next(answer: unknown, call: Call): string;
  /** What is downloaded when it is done, in place of another page. */
  file?(answer: unknown): { readonly name: string; readonly text: string };
  /** What a form sent, where it is not just the fields of the input. */
  read?(fields: SiteFields): unknown;
}

/** Who asks, when, and what the path's names stand for. */
export interface Call {
  readonly house: House;
  readonly act: Act;
  /** Undefined for who has not signed in. */
  readonly session: Session | undefined;
  readonly from: string;
  param(name: string): string;
}

interface Spec<I extends TObject, A> extends Omit<Action, "run" | "input" | "form"> {
  readonly input?: I;
  run(call: Call, input: Static<I>): Promise<A>;
  readonly form?: Omit<Form, "next"> & { next(answer: Exclude<A, Refusal>, call: Call): string };
}

/** Ties the types of input and answer together, which the list of all actions forgets. */
export function action<I extends TObject, A>(spec: Spec<I, A>): Action {
  return spec as unknown as Action;
}

/** The answer of what has nothing else to say. */
export const done = Type.Object({ done: Type.Literal(true) });

export function doneOr(outcome: unknown): { readonly done: true } | Refusal {
  return outcome instanceof Refusal ? outcome : { done: true };
}

export const everybody = ["customer", "delivery", "administrator"] as const;
export const staff = ["delivery", "administrator"] as const;
export const administrators = ["administrator"] as const;
