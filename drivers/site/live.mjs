// Keeps a task's page fresh: progress and log lines as they come, the page anew when a step is done.
const task = document.querySelector("[data-task]");
const { task: id, step } = task.dataset;
const logs = document.querySelector("#logs");
const ended = step.startsWith("END.");
let pauseMs = 2000;

if (!ended) void follow();

async function follow() {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    if (document.hidden || isTyping()) continue;
    try {
      await refresh();
      pauseMs = 2000;
    } catch {
      // The studio is away for a moment: the page stands as it was, and asks less often.
      pauseMs = Math.min(pauseMs * 2, 60_000);
    }
  }
}

async function refresh() {
  const now = await ask("");
  if (`${now.stage}.${now.status}` !== step) return location.replace(location.pathname);
  show("#note", now.note);
  const percent = Math.round(now.progress * 100);
  show("#percent", `${percent} %`);
  const bar = document.querySelector("#meter progress");
  if (bar) bar.value = percent;
  const lines = await ask(`/logs?after=${logs.dataset.last}`);
  for (const { seq, text } of lines) {
    logs.append(`${text}\n`);
    logs.dataset.last = seq;
  }
  if (lines.length > 0) logs.parentElement.scrollTop = logs.parentElement.scrollHeight;
}

async function ask(path) {
  const answer = await fetch(`/api/v1/tasks/${id}${path}`);
  if (!answer.ok) throw new Error(`The studio answers ${answer.status}`);
  return answer.json();
}

/** A form that somebody fills in must not vanish under their hands. */
function isTyping() {
  const { activeElement } = document;
  return activeElement?.matches("input, textarea, select") ?? false;
}

function show(selector, text) {
  const element = document.querySelector(selector);
  if (element && element.textContent !== text) element.textContent = text;
}
