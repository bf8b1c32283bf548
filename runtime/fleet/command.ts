import type { Static, Type } from "typebox";
import type { JobError } from "../job/job.ts";
import { schemaErrors } from "../job/schema.ts";

/** What a command gives back, or why it cannot be done. */
export type CommandResult =
  | { readonly data: Readonly<Record<string, unknown>> }
  | { readonly errors: readonly JobError[] };

/** One kind of command that this device knows. */
export interface Command {
  readonly schema: Type.TSchema;
  run(args: Readonly<Record<string, unknown>>): Promise<CommandResult>;
}

/** Commands by their type, as it stands in the topic. */
export type CommandTable = Readonly<Record<string, Command>>;

/** A command whose arguments `schema` describes; `run` gets only what the schema lets through. */
export function command<S extends Type.TSchema>(
  schema: S,
  run: (args: Static<S>) => Promise<CommandResult>,
): Command {
  return {
    schema,
    async run(args) {
      const errors = schemaErrors(schema, args);
      return errors.length > 0 ? { errors } : run(args as Static<S>);
    },
  };
}

/** The answer that something cannot be done. */
export function cannot(code: string, message: string, retryable = false): CommandResult {
  return { errors: [{ code, message, retryable }] };
}
