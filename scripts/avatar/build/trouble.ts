/** What a step found that its user can mend, as it writes it to standard error. */
export interface Trouble {
  readonly code: string;
  readonly is: string;
  readonly due: string;
  readonly advice: string;
  readonly severity?: "refused" | "warning";
}

/** Ends a build; every trouble is told, not the first. */
export class BuildRefused extends Error {
  override readonly name = "BuildRefused";
  readonly troubles: readonly Trouble[];

  constructor(step: string, troubles: readonly Trouble[]) {
    const lines = troubles.map((trouble) => `\n  ${inWords(trouble)}`);
    super(`Cannot build avatar: step ${step} refuses the material${lines.join("")}`);
    this.troubles = troubles;
  }
}

/** One line: what is, what should be, how to record better. */
export function inWords({ code, is, due, advice }: Trouble): string {
  return `${code}: ${is}, ${due} is due. ${advice}`;
}
