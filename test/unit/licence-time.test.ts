import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Hourglass, noSand, type Sand } from "../../runtime/content/licence/hourglass.ts";
import { dayMs } from "../support/licences.ts";

const hourMs = 3_600_000;
const lease = { id: "a", issuedMs: 1_000 * dayMs, renewAfterMs: 1_060 * dayMs };

/** A board that runs for a while at a time, and writes its hourglass every hour. */
class Board {
  glass: Hourglass;
  kept: Sand = noSand;
  nowMs = 0;

  constructor() {
    this.glass = new Hourglass(noSand);
    this.glass.hear(lease, true);
    this.kept = this.glass.sand;
    this.glass.look(0, undefined);
  }

  run(hours: number, wallMs: number | undefined): void {
    for (let hour = 0; hour < hours; hour++) {
      this.nowMs += hourMs;
      this.glass.look(this.nowMs, wallMs === undefined ? undefined : wallMs + hour * hourMs);
      this.kept = this.glass.sand;
    }
  }

  /** The power is gone for some time, which nobody on the board can tell. */
  restart(): void {
    this.glass = new Hourglass(this.kept);
    this.nowMs = 12_345;
    this.glass.look(this.nowMs, undefined);
  }

  get days(): number {
    return (this.glass.sand.reachedMs ?? 0) / dayMs;
  }
}

test("a clock that goes right is followed", () => {
  const board = new Board();
  board.run(24 * 40, 1_000 * dayMs);
  assert(Math.abs(board.days - 1_040) < 0.1, `day ${board.days}`);
});

test("without a clock, and with one set back, time goes on while the board runs", () => {
  const board = new Board();
  board.run(48, undefined);
  assert.equal(board.days, 1_002);
  board.restart();
  board.run(48, 3 * dayMs);
  assert.equal(board.days, 1_004);
  const { behindMs } = board.glass.look(board.nowMs, 3 * dayMs);
  assert.equal(behindMs, 1_001 * dayMs);
});

test("a date mistyped for less than a day of running leaves nothing behind", () => {
  const board = new Board();
  board.run(24, 1_000 * dayMs);
  const before = board.days;
  board.run(20, 9_000 * dayMs);
  board.run(1, 1_001.9 * dayMs);
  assert(Math.abs(board.days - before - 0.9) < 0.1, `day ${board.days}`);
});

test("a board that was off for long believes its clock after a day of running in all", () => {
  const board = new Board();
  for (let start = 0; start < 8; start++) {
    board.restart();
    board.run(4, (1_080 + start) * dayMs);
  }
  assert(board.days > 1_085, `day ${board.days}`);
});

test("where a wrong date was believed, the next answer of the studio takes it back", () => {
  const board = new Board();
  board.run(30, 9_000 * dayMs);
  assert(board.days > 9_000);
  const newer = { id: "b", issuedMs: 1_003 * dayMs, renewAfterMs: 1_063 * dayMs };
  board.glass.hear(newer, false);
  assert(board.days > 9_000, "a lease from anywhere does not");
  board.glass.hear({ ...newer, id: "c" }, true);
  assert.equal(board.days, 1_003);
  board.run(24 * 61, undefined);
  board.kept = board.glass.sand;
  board.restart();
  board.glass.hear({ ...newer, id: "c" }, true);
  assert(board.days > 1_063, "the same lease is not heard twice");
});

test("whatever is done to the clock, a lease lasts no longer than the board runs", () => {
  const game = fc.record({
    hours: fc.integer({ min: 1, max: 60 }),
    wallDays: fc.option(fc.integer({ min: 0, max: 3_000 }), { nil: undefined }),
    restarts: fc.boolean(),
  });
  const property = fc.property(fc.array(game, { minLength: 1, maxLength: 30 }), (games) => {
    const board = new Board();
    let ranHours = 0;
    let last = board.days;
    for (const { hours, wallDays, restarts } of games) {
      if (restarts) board.restart();
      board.run(hours, wallDays === undefined ? undefined : wallDays * dayMs);
      ranHours += hours;
      assert(board.days >= last, "time never goes back");
      assert(board.days >= 1_000 + ranHours / 24 - 1e-6, `${ranHours} h: day ${board.days}`);
      last = board.days;
    }
  });
  fc.assert(property, { numRuns: 300 });
});

test("no leap of less than a day in all is believed, however it is cut to pieces", () => {
  const piece = fc.record({ hours: fc.integer({ min: 1, max: 5 }), restarts: fc.boolean() });
  const property = fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
    const board = new Board();
    let ranHours = 0;
    for (const { hours, restarts } of pieces) {
      if (restarts) board.restart();
      board.run(hours, 5_000 * dayMs);
      ranHours += hours;
    }
    assert(ranHours >= 24 || board.days < 1_001, `${ranHours} h: day ${board.days}`);
  });
  fc.assert(property, { numRuns: 200 });
});
