import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { readProcessor } from "../../drivers/board/processor.ts";

test("readProcessor() knows this machine's cores and memory", async () => {
  const { model, cores, memoryMb } = await readProcessor();
  assert.notEqual(model, "");
  assert(cores >= availableParallelism());
  assert(memoryMb > 100);
});
