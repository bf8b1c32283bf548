/**
 * Takes secrets out of whatever leaves the board: findings, bundle, page, log, metrics. One place,
 * so that a kind of secret that is learnt once is gone everywhere. `known` are values that this
 * process was given as secrets; they are found wherever they stand.
 */
export class Redactor {
  readonly #known: readonly string[];

  constructor(known: readonly string[] = []) {
    const lines = known.flatMap((secret) => [secret, encodeURIComponent(secret)]);
    // The longest first, or a part of it would be left over.
    this.#known = [...new Set(lines)].filter(isLong).sort((a, b) => b.length - a.length);
  }

  /** Lines that are JSON are read as such: their keys tell more than their shape. */
  text(text: string): string {
    const parsed = text.split("\n").map((line) => this.#json(line));
    const shapes = rules.reduce(
      (rest, [pattern, put]) => rest.replace(pattern, put),
      parsed.join("\n"),
    );
    return this.#known.reduce((rest, secret) => rest.replaceAll(secret, gone), shapes);
  }

  /** A copy without secrets, neither under telling keys nor inside of texts. Buffers are kept. */
  value<T>(value: T): T {
    return this.#walk(value, 0) as T;
  }

  #json(line: string): string {
    if (!/^\s*[{[]/.test(line)) return line;
    try {
      return JSON.stringify(this.#walk(JSON.parse(line), 0));
    } catch {
      // It only began like JSON.
      return line;
    }
  }

  #walk(value: unknown, depth: number): unknown {
    if (typeof value === "string") return this.text(value);
    if (typeof value !== "object" || value === null) return value;
    if (depth > depthMax) return gone;
    if (value instanceof Error) return this.text(`${value.name}: ${value.message}`);
    if (Array.isArray(value)) return value.map((item) => this.#walk(item, depth + 1));
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        this.text(key),
        isTelling(key) && inner !== null && typeof inner !== "boolean"
          ? gone
          : this.#walk(inner, depth + 1),
      ]),
    );
  }
}

const gone = "[redacted]";
const depthMax = 12;

/** Shorter ones would tear ordinary words apart. */
function isLong(secret: string): boolean {
  return secret.length >= 4;
}

const telling = new RegExp(
  "pass(word|wd|phrase|code)?$|^pin$|secret|token|api[-_]?key|credential|auth(orization)?$|" +
    "cookie|private|signature|signing|salt$|psk$|seed$",
  "i",
);

/** A file that holds a secret is named by its path, which is none. */
function isTelling(key: string): boolean {
  return telling.test(key) && !/(file|path)$/i.test(key);
}

const words =
  "pass(?:word|wd|phrase|code)?|pwd|pin|secret|token|api[-_]?key|access[-_]?key|" +
  "client[-_]?secret|credential|psk|private[-_]?key|session[-_]?id|sig(?:nature)?|auth";
/** `password=`, `"db_password": `, and the value that follows in each kind of quotes. */
const name = `\\b([\\w-]*(?:${words}))(["']?\\s*[:=]\\s*)`;
const header = "authorization|proxy-authorization|cookie|set-cookie|x-api-key";

const rules: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, gone],
  // user:secret@host in any URL, and a token alone before the @.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi, `$1${gone}@`],
  [new RegExp(`\\b(${header})(["']?\\s*[:=]\\s*)["']?[^\\r\\n"']+`, "gi"), `$1$2${gone}`],
  [/\b(bearer|basic|digest)\s+[\w.~+/=-]{6,}/gi, `$1 ${gone}`],
  [new RegExp(`${name}"[^"]*"`, "gi"), `$1$2"${gone}"`],
  [new RegExp(`${name}'[^']*'`, "gi"), `$1$2'${gone}'`],
  [new RegExp(`${name}[^\\s,;&"'}{\\]\\[]+`, "gi"), `$1$2${gone}`],
  [new RegExp(`(\\s--?(?:${words}|P))(\\s+)[^\\s-]\\S*`, "gi"), `$1$2${gone}`],
  // JSON web tokens (RFC 7519).
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, gone],
  // Keys whose makers gave them a shape: AWS, GitHub, GitLab, Slack, Google, Stripe, npm, age.
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, gone],
  [/\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{20,}/g, gone],
  [/\bxox[abprs]-[\w-]{10,}|\bAIza[\w-]{35}|\bya29\.[\w-]{20,}/g, gone],
  [/\b[sr]k_(?:live|test)_\w{10,}|\bnpm_\w{30,}|\bsk-[\w-]{20,}/g, gone],
  [/\bAGE-SECRET-KEY-[A-Z0-9]+/g, gone],
  // Crypt hashes, as in password files: $6$salt$hash, and mosquitto's $7$...
  [/\$\d[a-z]?\$[\w./+=$-]{16,}|\$argon2\w*\$\S+/g, gone],
];
