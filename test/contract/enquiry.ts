import assert from "node:assert/strict";
import { test } from "node:test";
import type { Enquiry, Reply } from "../../drivers/enquiry/enquiry.ts";

/** What the server of a test does at each path. */
export const script: Readonly<Record<string, Reply>> = {
  "/good": { status: 200, body: Buffer.from('{"yes":true}') },
  "/no": { status: 409, body: Buffer.from('{"code":"NO"}') },
  "/moved": { status: 307, body: Buffer.from("") },
  "/long": { status: 200, body: Buffer.alloc(2_000) },
};

/** Says nothing at all. */
export const silentPath = "/silent";

/** What every Enquiry keeps. `asked()`: the questions that have reached the server, as text. */
export function enquiryContract(
  name: string,
  world: { enquiry(): Enquiry; base(): string; asked(): readonly string[]; gone: string },
): void {
  const never = new AbortController().signal;
  const ask = (path: string, question = "{}", abort = never): Promise<Reply> =>
    world.enquiry().ask(`${world.base()}${path}`, Buffer.from(question), 1_000, abort);

  test(`${name}: a question reaches the server whole, and its answer comes back`, async () => {
    const { status, body } = await ask("/good", '{"ü":1}');
    assert.deepEqual([status, Buffer.from(body).toString()], [200, '{"yes":true}']);
    assert.equal(world.asked().at(-1), '{"ü":1}');
  });

  test(`${name}: a refusal and a redirection are answers, and nobody is followed`, async () => {
    assert.equal((await ask("/no")).status, 409);
    const before = world.asked().length;
    assert.equal((await ask("/moved")).status, 307);
    assert.equal(world.asked().length, before + 1);
  });

  test(`${name}: an answer that is too long, and a server that is gone, are errors`, async () => {
    await assert.rejects(ask("/long"), /^Error: Cannot ask .*: .*at most 1000 are due/);
    const asking = world.enquiry().ask(world.gone, Buffer.from("{}"), 1_000, never);
    await assert.rejects(asking, /^Error: Cannot ask /);
  });

  test(`${name}: who gives up waiting gets his own reason`, async () => {
    const end = new AbortController();
    const asking = ask(silentPath, "{}", end.signal);
    setTimeout(() => end.abort(new Error("enough")), 20);
    await assert.rejects(asking, /^Error: enough$/);
    await assert.rejects(ask("/good", "{}", end.signal), /^Error: enough$/);
  });
}
