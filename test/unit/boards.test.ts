import assert from "node:assert/strict";
import { test } from "node:test";
import { boardOf } from "../../config/boards/known.ts";

test("boardOf() knows boards by what their device tree says", () => {
  const models = {
    "Raspberry Pi 4 Model B Rev 1.4": "Raspberry Pi 4 Model B",
    "Raspberry Pi 5 Model B Rev 1.0": "Raspberry Pi 5",
    "Raspberry Pi Zero 2 W Rev 1.0": "Raspberry Pi Zero 2 W",
    "Radxa ROCK 5B": "RK3588",
    "Pine64 RK3566 Quartz64-A Board": "RK3566",
    "linux,dummy-virt": "generic arm64",
  };
  for (const [model, name] of Object.entries(models)) {
    assert.equal(boardOf(model, "arm64").name, name);
  }
});

test("boardOf() has a table for the unknown, and a source for every fact", () => {
  assert.equal(boardOf("", "x64").name, "x86 mini PC");
  const models = [
    "Raspberry Pi 4",
    "Raspberry Pi 5",
    "Raspberry Pi Zero 2",
    "RK3588",
    "RK3566",
    "x",
  ];
  for (const model of models) {
    const { processor, graphics, decoder, governor, quirks } = boardOf(model, "arm64");
    const facts = [processor, graphics, decoder, governor, ...quirks].filter((fact) => fact);
    for (const fact of facts) assert.match(fact!.source, /^https:\/\/[^/]+\/./);
  }
});
