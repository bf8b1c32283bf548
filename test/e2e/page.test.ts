import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { RunningKiosk } from "../../scripts/bench/kiosk.ts";
import { type Broker, startBroker } from "../../scripts/demo/broker.ts";
import { accessibilityFaults, noBrowser, openBrowser } from "../support/page.ts";
import { until } from "../support/until.ts";

const skip = noBrowser;
const port = await freePort();
let broker: Broker;
let kiosk: RunningKiosk;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

before(async () => {
  if (skip) return;
  process.env.FRONTDESK_PAGE_PORT = String(port);
  broker = await startBroker();
  const flags = ["--display", "memory", "--audio", "silent", "--tier", "360p"];
  kiosk = await RunningKiosk.start(broker.url, flags);
  browser = await openBrowser();
  page = await browser.newPage({ acceptDownloads: true });
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`http://127.0.0.1:${port}/`);
});

after(async () => {
  await browser?.close();
  await kiosk?.[Symbol.asyncDispose]();
  await broker?.stop();
});

test("a text said on the page is spoken, with captions in the preview", { skip }, async () => {
  await page.waitForSelector('#state:text-is("idle")');
  const still = await barBrightness();
  await page.fill("#text", "Good morning. The lift is on your left, and the stairs are behind me.");
  await page.click("text=Say it");
  await page.waitForSelector('#state:text-is("speaking")');
  assert.match((await page.textContent("#said")) ?? "", /^Job \w{10,}/);
  await until(async () => (await barBrightness()) < still - 20, "the bar of the captions");
  await page.waitForSelector('#state:text-is("idle")');
  await until(async () => (await barBrightness()) > still - 5, "the bar to go");
});

test("the page shows stage, configuration with sources, log and plots", { skip }, async () => {
  await page.reload();
  assert.equal(await page.textContent("h1"), "bench");
  const table = (await page.textContent("[aria-labelledby=config-title] table")) ?? "";
  assert.match(table, /avatar\.tier"360p"environment/);
  assert.match((await page.textContent("pre")) ?? "", /fleet\.connected/);
  await page.waitForSelector("#work canvas");
});

test("a key can be set for a while, and the table says who set it", { skip }, async () => {
  await page.selectOption("select[name=key]", "audio.volume");
  await page.fill("input[name=value]", "3");
  await page.click("text=Set it for a while");
  await page.waitForSelector("#set:has-text('/audio/volume')");
  await page.fill("input[name=value]", "0.4");
  await page.click("text=Set it for a while");
  await page.waitForSelector("#set:has-text('audio.volume holds until')");
  await until(async () => {
    await page.reload();
    return /audio\.volume0\.4override/.test(
      (await page.textContent("[aria-labelledby=config-title] table")) ?? "",
    );
  }, "the override in the table");
});

test("a bundle can be downloaded, and holds findings, trace and a picture", { skip }, async () => {
  const coming = page.waitForEvent("download");
  await page.click("text=Download the bundle");
  const file = await (await coming).path();
  const names = execFileSync("tar", ["tzf", file], { encoding: "utf8" }).trim().split("\n");
  for (const name of ["findings.json", "config.json", "trace.json", "picture-now.jpg"]) {
    assert.ok(names.includes(name), `${name} of ${names.join(" ")}`);
  }
  assert.ok(readFileSync(file).length < 25e6);
});

test("axe finds nothing wrong with the page, by day and by night", { skip }, async () => {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await accessibilityFaults(page), [], colorScheme);
  }
});

test("the browser has nothing to complain of: no script or style is held back", { skip }, () => {
  // A refused value is one of the tests above.
  const others = complaints.filter((text) => !text.includes("409 (Conflict)"));
  assert.deepEqual(others, []);
});

test("another page's script can neither read nor change", { skip }, async () => {
  const other = await browser.newPage();
  await other.goto(`http://localhost:${port}/page.css`);
  const url = `http://127.0.0.1:${port}`;
  const results = await other.evaluate(async (url) => {
    const ways: RequestInit[] = [{}, { method: "POST", mode: "no-cors", body: '{"text":"x"}' }];
    const tried = ways.map((way) =>
      fetch(`${url}/say`, way).then(
        () => "read",
        () => "refused",
      ),
    );
    return Promise.all(tried);
  }, url);
  assert.deepEqual(results[0], "refused");
  await other.close();
  const { status } = await fetch(`${url}/say`, { method: "POST", body: '{"text":"x"}' });
  assert.equal(status, 403);
});

/** Mean brightness of the strip in which captions stand, of the preview as it is now. */
async function barBrightness(): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/preview.jpg`);
  const picture = sharp(Buffer.from(await answer.arrayBuffer())).greyscale();
  const { width, height } = await picture.metadata();
  const box = { left: Math.round(width * 0.1), width: Math.round(width * 0.8) };
  const strip = { ...box, top: Math.round(height * 0.9), height: Math.round(height * 0.06) };
  const { channels } = await sharp(await picture.extract(strip).toBuffer()).stats();
  return channels[0]?.mean ?? 0;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
