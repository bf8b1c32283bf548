// The living parts of the page: state, preview, plots. Everything else is the server's HTML.
import uPlot from "./uplot.mjs";

const token = document.querySelector('meta[name="token"]').content;
const pointsMax = 300;
const work = [[], []];
const heat = [[], []];
const plots = {
  work: plot("work", "ms a frame", work),
  heat: plot("heat", "degrees C", heat),
};

document.querySelector("#say").addEventListener("submit", (event) => {
  event.preventDefault();
  void say(event.currentTarget);
});
document.querySelector("#override").addEventListener("submit", (event) => {
  event.preventDefault();
  const { key, value, hours } = Object.fromEntries(new FormData(event.currentTarget));
  void post("override", { key, value, hours: Number(hours) }, "#set");
});
document.querySelector("#bench").addEventListener("click", () => void post("bench", {}));
void follow();

async function follow() {
  for (;;) {
    if (!document.hidden) await refresh().catch((error) => show("#trouble", String(error)));
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

async function refresh() {
  const answer = await fetch("status.json");
  if (!answer.ok) throw new Error(`The kiosk answers ${answer.status}`);
  const status = await answer.json();
  show("#trouble", "");
  show("#health", status.health.level);
  document.querySelector("#health").dataset.level = status.health.level;
  show("#state", status.now.state);
  show("#job", status.now.jobId ?? "none");
  show("#depth", String(status.now.depth));
  show("#broker", status.connected ? "connected" : "not connected");
  showFindings(status.findings);
  showAvatars(status.avatars);
  const seconds = Date.now() / 1000;
  if (status.workMs.length > 0) push("work", work, seconds, Math.max(...status.workMs));
  if (status.temperatureC !== null) push("heat", heat, seconds, status.temperatureC);
  document.querySelector("#preview").src = `preview.jpg?at=${Math.round(seconds)}`;
}

function showFindings(findings) {
  const list = document.querySelector("#findings");
  const text = JSON.stringify(findings);
  if (list.dataset.text === text) return;
  list.dataset.text = text;
  const items = findings.map(({ code, severity, cause, visitor, next }) => {
    const item = document.createElement("li");
    item.dataset.severity = severity;
    const title = document.createElement("strong");
    title.textContent = `${code} (${severity})`;
    item.append(title, ` ${cause}. ${visitor}. Next: ${next}`);
    return item;
  });
  list.replaceChildren(...items);
  document.querySelector("#well").hidden = findings.length > 0;
}

function showAvatars(avatars) {
  const table = document.querySelector("#avatars");
  const text = JSON.stringify(avatars);
  if (table.dataset.text === text) return;
  table.dataset.text = text;
  const rows = avatars.map(({ id, version, state, share, note }) => {
    const row = document.createElement("tr");
    for (const cell of [id, version, state]) row.insertCell().textContent = cell;
    const bar = row.insertCell();
    if (share !== undefined) bar.append(progressOf(id, share));
    row.insertCell().textContent = note;
    return row;
  });
  table.tBodies[0].replaceChildren(...rows);
  table.hidden = avatars.length === 0;
  document.querySelector("#no-avatars").hidden = avatars.length > 0;
}

function progressOf(id, share) {
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = Math.round(share * 100);
  bar.setAttribute("aria-label", `Download of ${id}`);
  return bar;
}

async function say(form) {
  const text = new FormData(form).get("text");
  await post("say", { text });
}

async function post(path, body, output = "#said") {
  const headers = { "content-type": "application/json", "x-frontdesk-token": token };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  show(output, await answer.text());
}

function plot(id, label, data) {
  const host = document.querySelector(`#${id}`);
  const axis = { stroke: "currentColor", grid: { stroke: "#8884" } };
  const size = { width: Math.max(280, host.clientWidth), height: 160 };
  const series = [{}, { label, stroke: "#2457c5", width: 2 }];
  return new uPlot({ ...size, series, axes: [axis, axis], legend: { show: false } }, data, host);
}

function push(name, data, x, y) {
  data[0].push(x);
  data[1].push(y);
  if (data[0].length > pointsMax) for (const column of data) column.shift();
  plots[name].setData(data);
}

function show(selector, text) {
  const element = document.querySelector(selector);
  if (element.textContent !== text) element.textContent = text;
}
