import type { Enquiry, Reply } from "./enquiry.ts";

/** What a scripted server does with a question: it answers, is not there, or says nothing. */
export type Scripted = Reply | "unreachable" | "silent";

/** A server in memory that answers as `answer` says; it knows every question that it was asked. */
export class ScriptedEnquiry implements Enquiry {
  readonly asked: { readonly url: string; readonly question: Uint8Array }[] = [];
  readonly #answer: (path: string, question: Uint8Array) => Scripted | Promise<Scripted>;

  constructor(answer: (path: string, question: Uint8Array) => Scripted | Promise<Scripted>) {
    this.#answer = answer;
  }

  async ask(
    url: string,
    question: Uint8Array,
    bytesMax: number,
    abort: AbortSignal,
  ): Promise<Reply> {
    abort.throwIfAborted();
    const { origin, pathname } = new URL(url);
    this.asked.push({ url, question: question.slice() });
    const answer = await this.#answer(pathname, question);
    if (answer === "unreachable") throw new Error(`Cannot ask ${origin}: it is not there`);
    if (answer === "silent") return silence(abort);
    if (answer.body.length <= bytesMax) return answer;
    const due = `at most ${bytesMax} are due`;
    throw new Error(`Cannot ask ${origin}: its answer has ${answer.body.length} bytes, ${due}`);
  }
}

function silence(abort: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  abort.addEventListener("abort", () => reject(abort.reason), { once: true });
  return promise;
}
