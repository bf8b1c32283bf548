import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { openFastify } from "../../drivers/site/fastify.ts";
import type { Site, SiteSocketRoute } from "../../drivers/site/site.ts";
import { until } from "../support/until.ts";

let site: Site;
let ended = 0;

const echo: SiteSocketRoute = {
  path: "/echo/:id",
  admit: ({ query }) => (query.get("key") === "k" ? undefined : 401),
  open(socket, { params }) {
    socket.onMessage((text) => {
      if (text === "bye") socket.close(4_000, "as asked");
      else socket.send(`${params.get("id")}: ${text}`);
    });
    socket.onClosed(() => ended++);
  },
};

before(async () => {
  const place = { host: "127.0.0.1", port: 0, behindProxy: false, onTrouble: () => {} };
  const fallback = async (status: number) => ({ status, headers: {}, body: "" });
  site = await openFastify(place, [], fallback, [echo]);
});

after(() => site[Symbol.asyncDispose]());

const connect = (path: string) => new WebSocket(`${site.url.replace("http", "ws")}${path}`);

test("a socket is admitted by its route, sends, receives and is closed with a reason", async () => {
  const socket = connect("/echo/7?key=k");
  await once(socket, "open");
  socket.send("hello");
  const [{ data }] = (await once(socket, "message")) as [MessageEvent];
  assert.equal(data, "7: hello");
  socket.send("bye");
  const [{ code, reason }] = (await once(socket, "close")) as [{ code: number; reason: string }];
  assert.deepEqual([code, reason], [4_000, "as asked"]);
  await until(() => ended === 1, "the end to be told");
});

test("nobody comes in without leave or at another path", async () => {
  for (const path of ["/echo/7", "/echo/7/more?key=k", "/other?key=k"]) {
    const socket = connect(path);
    await once(socket, "error");
    assert.equal(socket.readyState, WebSocket.CLOSED, path);
  }
});

test("what is no text, or too long, ends the connection", async () => {
  for (const [sent, due] of [
    [new Uint8Array(4), 1_003],
    ["x".repeat(70_000), 1_009],
  ] as const) {
    const socket = connect("/echo/7?key=k");
    await once(socket, "open");
    socket.send(sent);
    const [{ code }] = (await once(socket, "close")) as [{ code: number }];
    assert.equal(code, due);
  }
});
