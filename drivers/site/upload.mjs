// Uploads a form's files in pieces that go on where they were cut, then sends the form with their
// ids. Without it the form sends its files itself, in one piece.
import "./tus.js";

const token = document.querySelector('meta[name="token"]').content;
const chunkSize = 16 * 1024 * 1024;

for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    const inputs = [...form.querySelectorAll('input[type="file"]')];
    if (inputs.every((input) => input.files.length === 0)) return;
    event.preventDefault();
    void send(form, inputs);
  });
}

async function send(form, inputs) {
  const line = form.querySelector(".uploading");
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    for (const input of inputs) {
      const [file] = input.files;
      if (file === undefined) continue;
      const id = await upload(file, input.name, (share) => tell(line, file.name, share));
      hide(form, `upload.${input.name}`, id);
      hide(form, `name.${input.name}`, file.name);
      input.value = "";
    }
    form.enctype = "application/x-www-form-urlencoded";
    form.submit();
  } catch (error) {
    button.disabled = false;
    line.dataset.state = "failed";
    line.textContent = line.dataset.failed.replace("{reason}", reasonOf(error));
  }
}

function upload(file, purpose, onShare) {
  const { promise, resolve, reject } = Promise.withResolvers();
  const one = new tus.Upload(file, {
    endpoint: "/api/v1/uploads",
    chunkSize,
    retryDelays: [0, 1000, 3000, 5000, 10_000, 20_000],
    metadata: { filename: file.name, purpose },
    headers: { "x-frontdesk-token": token },
    removeFingerprintOnSuccess: true,
    fingerprint: async () => ["studio", purpose, file.name, file.size, file.lastModified].join("-"),
    onProgress: (sent, all) => onShare(all === 0 ? 1 : sent / all),
    onSuccess: () => resolve(one.url.split("/").at(-1)),
    onError: reject,
  });
  one.findPreviousUploads().then((before) => {
    if (before.length > 0) one.resumeFromPreviousUpload(before[0]);
    one.start();
  }, reject);
  return promise;
}

function tell(line, name, share) {
  const percent = `${Math.floor(share * 100)} %`;
  let bar = line.querySelector("progress");
  if (bar === null) {
    bar = document.createElement("progress");
    bar.max = 1;
    line.replaceChildren(bar, document.createElement("span"));
  }
  bar.value = share;
  bar.setAttribute("aria-label", name);
  const text = line.dataset.going.replace("{name}", name).replace("{percent}", percent);
  line.querySelector("span").textContent = text;
}

function reasonOf(error) {
  const text = error.originalResponse?.getBody?.() ?? error.message;
  return text.trim().split("\n")[0];
}

function hide(form, name, value) {
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name, value });
  form.append(input);
}
