import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { limits } from "../../config/limits.ts";
import { Session } from "../../runtime/cloud/session.ts";
import { Sessions } from "../../runtime/cloud/sessions.ts";

const wish = (user: string) => ({ user, avatar: "anna", protocol: "webrtc" as const });

function opened(sessions: Sessions, id: string, user: string, nowMs: number): Session {
  const created = sessions.create(id, wish(user), nowMs);
  assert.ok("session" in created);
  return created.session;
}

test("a session is prepared, started, driven and closed, in this order only", () => {
  const session = new Session("s", wish("ada"), 0);
  assert.equal(session.start(1)?.code, "SESSION_PREPARING");
  session.prepared();
  assert.equal(session.stir(2)?.code, "SESSION_NOT_STARTED");
  assert.equal(session.start(3), undefined);
  assert.equal(session.stir(4), undefined);
  session.close("asked", 5);
  session.close("silent", 6);
  assert.deepEqual(session.closed, { reason: "asked", atMs: 5 });
  assert.equal(session.start(7)?.message, "Cannot go on: session s is closed (asked)");
  assert.equal(session.stir(7)?.code, "SESSION_CLOSED");
});

test("silence of 3 min closes the channel, of 10 min the session", () => {
  const sessions = new Sessions(1);
  const session = opened(sessions, "s", "ada", 0);
  session.prepared();
  session.start(0);
  session.openChannel(0);
  const { cloudChannelSilenceMs: channelMs, cloudSessionSilenceMs: sessionMs } = limits;
  assert.deepEqual(sessions.turn(channelMs - 1), { closed: [], channels: [] });
  session.stir(1_000);
  assert.deepEqual(sessions.turn(channelMs), { closed: [], channels: [] });
  assert.deepEqual(sessions.turn(channelMs + 1_000), { closed: [], channels: [session] });
  assert.deepEqual(sessions.turn(channelMs + 1_001), { closed: [], channels: [] });
  session.openChannel(sessionMs - 1_000);
  assert.deepEqual(sessions.turn(sessionMs + 999), { closed: [], channels: [] });
  assert.deepEqual(sessions.turn(sessionMs + 1_000), { closed: [session], channels: [] });
  assert.equal(session.closed?.reason, "silent");
  assert.equal(sessions.find("s"), session, "it can still be asked about");
  sessions.turn(sessionMs + 1_000 + limits.cloudSessionsRememberedMs);
  assert.equal(sessions.find("s"), undefined);
});

test("an avatar that does not open in time fails its session", () => {
  const sessions = new Sessions(1);
  const session = opened(sessions, "s", "ada", 0);
  assert.deepEqual(sessions.turn(limits.cloudOpeningMsMax).closed, [session]);
  assert.equal(session.closed?.reason, "failed");
});

test("a full server refuses a stranger, and takes the new session of its user", () => {
  const sessions = new Sessions(1);
  const first = opened(sessions, "s1", "ada", 0);
  const refused = sessions.create("s2", wish("bob"), 1);
  assert.deepEqual(refused, {
    code: "CLOUD_FULL",
    message: "Cannot open a session: 1 are open, there is room for 1",
  });
  const created = sessions.create("s3", wish("ada"), 2);
  assert.ok("session" in created && created.replaced === first);
  assert.equal(first.closed?.reason, "replaced");
});

const step = fc.record({
  user: fc.constantFrom("ada", "bob", "eve", "kim"),
  what: fc.constantFrom("create", "prepare", "start", "stir", "channel", "close", "wait"),
  forMs: fc.integer({ min: 0, max: 400_000 }),
});

test("whatever happens: one session a user, never more than there is room for, none silent", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const sessions = new Sessions(3);
      const driven = new Map<Session, number>();
      let nowMs = 0;
      for (const [index, { user, what, forMs }] of steps.entries()) {
        nowMs += forMs;
        sessions.turn(nowMs);
        const mine = sessions.open.find((session) => session.wish.user === user);
        if (what === "create") {
          const created = sessions.create(String(index), wish(user), nowMs);
          if ("session" in created) driven.set(created.session, nowMs);
        }
        if (what === "prepare") mine?.prepared();
        if (what === "channel") mine?.openChannel(nowMs);
        if (what === "close" && mine) sessions.close(mine, "asked", nowMs);
        if (what === "start" && mine && !mine.start(nowMs)) driven.set(mine, nowMs);
        if (what === "stir" && mine && !mine.stir(nowMs)) driven.set(mine, nowMs);
        const users = sessions.open.map((session) => session.wish.user);
        assert.equal(new Set(users).size, users.length);
        assert.ok(users.length <= 3);
        for (const session of sessions.open) {
          assert.ok(nowMs - driven.get(session)! < limits.cloudSessionSilenceMs);
          assert.notEqual(session.state, "closed");
        }
      }
    }),
  );
});
