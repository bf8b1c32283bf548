import type { TraceEvent } from "../trace.ts";
import { avatarsSection } from "./avatars.ts";
import { escaped } from "./html.ts";
import type { PageSource } from "./source.ts";

/** The page as the server makes it: it can be read without a script, which only keeps it fresh. */
export function renderPage(source: PageSource, token: string): string {
  const { device, version } = source;
  const { health } = source.view();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="token" content="${escaped(token)}">
<title>Frontdesk: ${escaped(device)}</title>
<link rel="icon" href="icon.svg">
<link rel="stylesheet" href="uplot.css">
<link rel="stylesheet" href="page.css">
<script type="module" src="island.mjs"></script>
</head>
<body>
<header>
<h1>${escaped(device)}</h1>
<strong id="health" data-level="${health.level}" role="status">${health.level}</strong>
<span>Frontdesk ${escaped(version)}</span>
<span id="trouble" role="alert"></span>
</header>
<main>
${previewSection()}
${nowSection(source)}
${findingsSection(source)}
${plotSection("work", "Work for a frame", "Slowest frame of each second, in milliseconds")}
${plotSection("heat", "Temperature", "Temperature of the board in degrees Celsius", noHeat(source))}
${stageSection(source)}
${avatarsSection(source.avatars())}
${configurationSection(source)}
${logSection(source)}
</main>
</body>
</html>
`;
}

function previewSection(): string {
  return `<section aria-labelledby="preview-title">
<h2 id="preview-title">Screen</h2>
<img id="preview" src="preview.jpg" alt="What the screen shows now">
</section>`;
}

function nowSection(source: PageSource): string {
  const { now, connected } = source.view();
  const licence = source.licence();
  return `<section aria-labelledby="now-title">
<h2 id="now-title">Now</h2>
<dl>
<dt>State</dt><dd id="state">${escaped(now.state)}</dd>
<dt>Job</dt><dd id="job">${escaped(now.jobId ?? "none")}</dd>
<dt>Waiting</dt><dd id="depth">${now.depth}</dd>
<dt>Broker</dt><dd id="broker">${connected ? "connected" : "not connected"}</dd>
${licence === undefined ? "" : `<dt>Licence</dt><dd>${escaped(licence)}</dd>`}
</dl>
<form id="say">
<label for="text">Say</label>
<textarea id="text" name="text" rows="3" maxlength="2000" required></textarea>
<button>Say it</button> <output id="said" for="text"></output>
</form>
<button id="bench" type="button">Show the bench</button>
<a class="button" href="bundle.tar.gz" download>Download the bundle</a>
</section>`;
}

function findingsSection(source: PageSource): string {
  const { findings } = source.view();
  const items = findings.map(
    ({ code, severity, cause, visitor, next }) =>
      `<li data-severity="${severity}"><strong>${code} (${severity})</strong> ` +
      `${escaped(cause)}. ${escaped(visitor)}. Next: ${escaped(next)}</li>`,
  );
  return `<section aria-labelledby="findings-title">
<h2 id="findings-title">Findings</h2>
<p id="well"${items.length > 0 ? " hidden" : ""}>Nothing is wrong.</p>
<ul id="findings">${items.join("\n")}</ul>
</section>`;
}

function noHeat(source: PageSource): string {
  return source.temperatureC() === undefined ? "<p>This board does not tell.</p>" : "";
}

function plotSection(id: string, title: string, label: string, note = ""): string {
  return `<section aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${note}<div id="${id}" role="img" aria-label="${label}"></div>
</section>`;
}

function stageSection(source: PageSource): string {
  const { facts } = source.stage();
  const rows: readonly (readonly [string, string])[] = facts
    ? [
        ["Tier", facts.tier],
        ["Picture", `${facts.width}x${facts.height}, ${facts.framesPerSecond} frames a second`],
        ["Display", facts.display],
        ["Refused before", facts.displaysRefused.join("; ") || "none"],
        ["Sound", facts.audio],
        ["Refused before", facts.audioRefused.join("; ") || "none"],
        ["Avatar", facts.avatar ?? "none"],
      ]
    : [["Stage", "not open yet"]];
  const list = rows.map(([name, value]) => `<dt>${name}</dt><dd>${escaped(value)}</dd>`);
  return `<section aria-labelledby="stage-title">
<h2 id="stage-title">Stage</h2>
<dl>${list.join("\n")}</dl>
</section>`;
}

function configurationSection(source: PageSource): string {
  const rows = source
    .configuration()
    .map((row) => [row.key, row.value, row.source].map((cell) => `<td>${escaped(cell)}</td>`))
    .map((cells) => `<tr>${cells.join("")}</tr>`);
  return `<section class="wide" aria-labelledby="config-title">
<h2 id="config-title">Configuration</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Keys of the configuration">
<table>
<thead><tr><th scope="col">Key</th><th scope="col">Value</th><th scope="col">From</th></tr></thead>
<tbody>${rows.join("\n")}</tbody>
</table>
</div>
${overrideForm(source)}
</section>`;
}

function overrideForm({ overridableKeys }: PageSource): string {
  const options = overridableKeys.map((key) => `<option>${escaped(key)}</option>`);
  return `<form id="override" class="row">
<label>Set <select name="key">${options.join("")}</select></label>
<label>to <input name="value" required maxlength="500"></label>
<label>for <input name="hours" type="number" min="1" max="168" value="1" required> hours</label>
<button>Set it for a while</button> <output id="set"></output>
</form>`;
}

function logSection(source: PageSource): string {
  const lines = source.events().slice(-100).reverse().map(eventLine);
  return `<section class="wide" aria-labelledby="log-title">
<h2 id="log-title">Log</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Lines of the log">
<pre>${escaped(lines.join("\n"))}</pre>
</div>
</section>`;
}

function eventLine({ area, kind, ...detail }: TraceEvent): string {
  return `${area}.${kind} ${JSON.stringify(detail)}`;
}
