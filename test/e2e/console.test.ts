import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { password, ServedConsole } from "../support/console.ts";
import { accessibilityFaults, noBrowser, openBrowser } from "../support/page.ts";
import { value } from "../support/studio.ts";
import { fileOf, textOf, Visitors } from "../support/visitors.ts";

const skip = noBrowser;
let served: ServedConsole;
let browser: Browser;
let visitors: Visitors;

before(async () => {
  if (skip) return;
  served = await ServedConsole.open();
  browser = await openBrowser();
  visitors = new Visitors(browser, served);
});

after(async () => {
  await browser?.close();
  await served?.[Symbol.asyncDispose]();
});

/** More than one piece of an upload, and what begins like a film. */
const take = Buffer.concat([
  Buffer.from("0000001c667479706d703432", "hex"),
  Buffer.alloc(18_000_000),
]);
const consent = Buffer.from("%PDF-1.7 I agree.");

test("nobody comes in with a wrong password, and nobody learns who has an account", {
  skip,
}, async () => {
  const page = await visitors.open();
  const reasons: (string | null)[] = [];
  for (const email of ["carl@firm.example", "nobody@firm.example"]) {
    await page.goto(`${served.url}/tasks`);
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill("a wrong password");
    await page.click("main button");
    assert.equal(await page.getByLabel("E-mail").inputValue(), email);
    reasons.push(await page.textContent(".notice.bad .reason"));
  }
  assert.match(String(reasons[0]), /do not match/);
  assert.equal(reasons[0], reasons[1]);
  await page.getByLabel("E-mail").fill("carl@firm.example");
  await page.getByLabel("Password").fill(password);
  await page.click("main button");
  assert.equal(new URL(page.url()).pathname, "/tasks", "one comes to where one wanted to go");
  await page.click("text=Sign out");
  assert.match(page.url(), /sign-in$/);
});

test("an order becomes quotas once an administrator confirms it", { skip }, async () => {
  const customer = await visitors.signIn("customer");
  await customer.click("nav >> text=Purchase");
  await customer.getByLabel("Avatar Exclusive, Studio Lip-Sync").fill("1");
  await customer.getByLabel("Lightweight cloud service, 100 hours").fill("1");
  await customer.getByLabel("A note for the administrator").fill("For <Berlin> & Potsdam");
  await customer.click("text=Place the order");
  assert.match(await textOf(customer, ".notice.good"), /The order is placed/);
  assert.match(await textOf(customer, "main"), /For <Berlin> & Potsdam/);
  assert.equal(await customer.locator("text=Confirm the order").count(), 0);
  const administrator = await visitors.signIn("administrator");
  await administrator.goto(customer.url());
  await administrator.click("text=Confirm the order");
  assert.match(await textOf(administrator, "main"), /Confirmed/);
  await customer.click("nav >> text=Quotas");
  assert.match(await textOf(customer, "main"), /Avatar Exclusive\s*Studio Lip-Sync\s*Unused/);
  assert.match(await textOf(customer, "main"), /Left\s*100 h/);
});

test("an administrator opens an account and lets somebody in, and keeps them out", {
  skip,
}, async () => {
  const administrator = await visitors.signIn("administrator");
  await administrator.goto(`${served.url}/people`);
  const account = administrator.locator("form[action='/accounts']");
  await account.getByLabel("Account").fill("Museum");
  await account.locator("button").click();
  const person = administrator.locator("form[action='/people']");
  await person.getByLabel("Name").fill("Mia");
  await person.getByLabel("E-mail").fill("Mia@museum.example");
  await person.getByLabel("Account").selectOption({ label: "Museum" });
  await person.getByLabel("Password").fill("tall ships in fog");
  await person.locator("button").click();
  assert.match(await textOf(administrator, ".notice.good"), /Added/);
  const enter = async () => {
    const page = await visitors.open();
    await page.goto(`${served.url}/sign-in`);
    await page.getByLabel("E-mail").fill("mia@museum.example");
    await page.getByLabel("Password").fill("tall ships in fog");
    await page.click("main button");
    return page;
  };
  const page = await enter();
  assert.equal(await textOf(page, "h1"), "Overview");
  assert.equal(await page.locator("nav >> text=Audit log").count(), 0);
  await page.goto(`${served.url}/audit`);
  assert.equal(await textOf(page, "h1"), "Not for you");
  await administrator.getByLabel("Keep out: Mia").click();
  await page.goto(served.url);
  assert.match(page.url(), /sign-in$/, "who is kept out is out at once");
  assert.match(await textOf(await enter(), ".notice.bad"), /do not match/);
});

test("an empty order is refused on its page, with what was typed", { skip }, async () => {
  const page = await visitors.signIn("customer");
  await page.goto(`${served.url}/purchase`);
  await page.getByLabel("A note for the administrator").fill("Nothing, please");
  await page.click("text=Place the order");
  assert.match(await textOf(page, ".notice.bad"), /Something is not right yet/);
  assert.equal(
    await page.getByLabel("A note for the administrator").inputValue(),
    "Nothing, please",
  );
});

test("a take is uploaded in pieces, handed in, approved, trained, and needs a quota", {
  skip,
}, async () => {
  const customer = await visitors.signIn("customer");
  await customer.goto(`${served.url}/tasks/new`);
  await customer.getByLabel("Name").fill("Berta");
  await customer.locator("input[name=take]").setInputFiles(fileOf("take.mp4", take));
  await customer.locator("input[name=consent]").setInputFiles(fileOf("consent.pdf", consent));
  await customer.click("text=Create the task");
  await customer.waitForURL(/done=tasks\.submit/);
  assert.equal(await textOf(customer, "h1"), "Task: Berta");
  await customer.click("main button:text-is('Hand it in')");
  assert.match(await textOf(customer, ".badge"), /being checked/);
  const { house } = served;
  const [task] = await house.studio.tasks.list(house.act("customer"));
  const [material] = task?.materials ?? [];
  assert.equal(material?.name, "take.mp4");
  assert.equal((await served.vault.find(material?.file ?? ""))?.there, take.length);
  value(
    await house.studio.training.checked(await house.claim("check"), { findings: [] }, house.nowMs),
  );
  const delivery = await visitors.signIn("delivery");
  await delivery.goto(`${served.url}/delivery`);
  await delivery.click("#audit >> text=Berta");
  await delivery.click("main button:text-is('Approve the material')");
  assert.match(await textOf(delivery, ".badge"), /Waits for a worker/);
  await house.train();
  await customer.goto(`${served.url}/settings`);
  const before = await house.studio.quotas.list(house.act("customer"));
  assert.match(await textOf(customer, ".note"), /Avatar Exclusive, Instant Lip-Sync/);
  await customer.click("main button:text-is('Accept')");
  assert.match(await textOf(customer, ".notice.bad"), /There is no valid quota/);
  assert.match(await textOf(customer, ".notice.bad"), /A customisation quota: Avatar Exclusive/);
  assert.deepEqual(await house.studio.quotas.list(house.act("customer")), before);
  await house.buy("avatar-exclusive-instant");
  await customer.goto(`${served.url}/settings`);
  await customer.click("main button:text-is('Accept')");
  assert.match(await textOf(customer, ".notice.good"), /Accepted/);
  assert.equal(await textOf(customer, "h1"), "Berta");
});

test("what is turned down goes back to its customer with the reason", { skip }, async () => {
  const { house } = served;
  const { id } = await house.submit("generic", "instant", "client");
  value(await house.studio.tasks.handIn(house.act("customer"), id));
  value(
    await house.studio.training.checked(await house.claim("check"), { findings: [] }, house.nowMs),
  );
  const page = await visitors.signIn("delivery");
  await page.goto(`${served.url}/tasks/${id}`);
  const reason = "The lamp is in the picture. ".repeat(12).slice(0, 300);
  const panel = page.locator("form[action$=turn-down]");
  await panel.locator("textarea").fill(`${reason}and more`);
  assert.equal((await panel.locator("textarea").inputValue()).length, 300);
  await panel.locator("button").click();
  const customer = await visitors.signIn("customer");
  await customer.goto(`${served.url}/tasks/${id}`);
  assert.match(await textOf(customer, "#note"), /The lamp is in the picture/);
});

test("the cloud is refused without quota and hours, and the page says what is missing", {
  skip,
}, async () => {
  await using poor = await ServedConsole.open();
  const page = await new Visitors(browser, poor).signIn("customer");
  await page.goto(`${poor.url}/tasks/new`);
  await page.getByLabel("Name").fill("Cloud");
  await page.getByLabel("client-rendered").uncheck();
  await page.getByLabel("cloud-rendered").check();
  await page.click("text=Create the task");
  const told = await textOf(page, ".notice.bad");
  assert.match(told, /Something is missing/);
  assert.match(told, /A customisation quota/);
  assert.match(told, /An hour package: Lightweight cloud service, 100 hours/);
  assert.equal(await page.getByLabel("Name").inputValue(), "Cloud");
  assert.equal((await poor.house.studio.tasks.list(poor.house.act("customer"))).length, 0);
  await page.context().close();
});

test("without JavaScript the same forms take files and hand in", { skip }, async () => {
  const page = await visitors.signIn("customer", { javaScriptEnabled: false });
  await page.goto(`${served.url}/tasks/new`);
  await page.getByLabel("Name").fill("Quiet");
  await page.locator("input[name=take]").setInputFiles(fileOf("take.mp4", take));
  await page.locator("input[name=consent]").setInputFiles(fileOf("consent.pdf", consent));
  await page.click("text=Create the task");
  assert.equal(await textOf(page, "h1"), "Task: Quiet");
  await page.click("main button:text-is('Hand it in')");
  assert.match(await textOf(page, ".badge"), /being checked/);
  await page.click("summary:text-is('Cancel the task')");
  await page.click("main button:text-is('Cancel the task')");
  assert.match(await textOf(page, ".badge"), /Cancelled/);
});

test("a file that is not what it says is refused, with and without JavaScript", {
  skip,
}, async () => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await visitors.signIn("customer", { javaScriptEnabled });
    await page.goto(`${served.url}/tasks/new`);
    await page.getByLabel("Name").fill("Wrong");
    const wrong = Buffer.from("just a text, whatever its name is");
    await page.locator("input[name=take]").setInputFiles(fileOf("take.mp4", wrong));
    await page.click("text=Create the task");
    const place = javaScriptEnabled ? ".uploading[data-state=failed]" : ".notice.bad";
    await page.waitForSelector(place);
    assert.match(await textOf(page, place), /its content is none of a take/);
  }
});

test("a Chinese browser gets a Chinese page, and the switch stays", { skip }, async () => {
  const page = await visitors.open({ locale: "zh-CN" });
  await page.goto(`${served.url}/sign-in`);
  assert.equal(await page.getAttribute("html", "lang"), "zh-Hans");
  assert.equal(await textOf(page, "h1"), "登录");
  await page.click("text=English");
  assert.equal(await textOf(page, "h1"), "Sign in");
  await page.getByLabel("E-mail").fill("carl@firm.example");
  await page.getByLabel("Password").fill(password);
  await page.click("main button");
  await page.click("text=中文");
  await page.click("nav >> text=配额");
  assert.equal(await textOf(page, "h1"), "配额");
});

test("a task's page follows its work by itself", { skip }, async () => {
  const { house } = served;
  const { id } = await house.submit("generic", "studio", "client");
  await house.approve(id);
  const work = await house.claim("build");
  value(await house.studio.training.began(work, house.nowMs));
  const page = await visitors.signIn("customer");
  await page.goto(`${served.url}/tasks/${id}`);
  value(await house.studio.training.progress(work, { progress: 0.5, note: "half" }, house.nowMs));
  value(await house.studio.training.log(work, ["frame 1 of 2"], house.nowMs));
  await page.waitForSelector("#percent:has-text('50')");
  await page.waitForSelector("#logs:has-text('frame 1 of 2')");
  value(await house.studio.training.processed(work, house.nowMs));
  await page.waitForSelector(".badge:has-text('Is being trained')");
});

test("axe finds nothing wrong with any page, by day and by night", { skip }, async () => {
  const customer = await visitors.signIn("customer");
  const administrator = await visitors.signIn("administrator");
  const tasks = await served.house.studio.tasks.list(served.house.act("customer"));
  const paths = ["/", "/purchase", "/orders", "/quotas", "/tasks/new", "/settings", "/catalogue"];
  paths.push("/devices", "/licences", "/account", ...tasks.map(({ id }) => `/tasks/${id}`));
  const faults: string[] = [];
  const look = async (page: Page, path: string): Promise<void> => {
    await page.goto(served.url + path);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const fault of await accessibilityFaults(page)) faults.push(`${path}: ${fault}`);
    }
  };
  for (const path of paths) await look(customer, path);
  for (const path of ["/", "/people", "/audit", "/delivery"]) await look(administrator, path);
  assert.deepEqual(faults, []);
});

test("the browser has nothing to complain of but what was refused", { skip }, () => {
  assert.deepEqual(
    visitors.complaints.filter((told) => !/status of (4\d\d)/.test(told)),
    [],
  );
  assert.deepEqual(served.troubles, []);
});
