import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the service does with a request; `attempt` counts from 1 for each text. */
export type Manner =
  | "speak"
  | "slow"
  | "silent"
  | "500"
  | "401"
  | "cut"
  | "html"
  | "empty"
  | "endless";

export interface Asked {
  readonly body: Readonly<Record<string, unknown>>;
  readonly authorization: string | undefined;
}

/**
 * A speech service over real HTTP, of the shape of OpenAI's: hums 240 ms a word, in the format
 * asked for. What it does wrong is told with `manners`, one for each request; then it speaks.
 */
export class SpeechServer implements AsyncDisposable {
  readonly asked: Asked[] = [];
  manners: Manner[] = [];
  /** How a sound file is made of samples; bare samples are sent as they are. */
  encode: (pcm: Buffer, format: string) => Buffer = (pcm) => pcm;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<SpeechServer> {
    const server = new SpeechServer();
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/v1/audio/speech`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks = await Array.fromAsync(request as AsyncIterable<Buffer>);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
    this.asked.push({ body, authorization: request.headers.authorization });
    const manner = this.manners.shift() ?? "speak";
    if (body.voice === "nobody") return refuse(response, 400, "no such voice", "voice");
    if (manner === "500") return refuse(response, 500, "out of memory", null);
    if (manner === "401") {
      const said = `Incorrect API key provided: ${request.headers.authorization ?? "none"}`;
      return refuse(response, 401, said, null);
    }
    if (manner === "silent") return;
    const format = String(body.response_format);
    const sound = manner === "empty" ? Buffer.alloc(0) : this.encode(hum(body), format);
    const type = manner === "html" ? "text/html" : `audio/${format}`;
    response.writeHead(200, { "content-type": type });
    await send(response, manner, sound);
  }
}

export const humHz = 24_000;

async function send(response: ServerResponse, manner: Manner, sound: Buffer): Promise<void> {
  if (manner === "html") return void response.end("<html>Please log in</html>");
  const pieces = manner === "slow" ? 8 : 3;
  const size = Math.ceil(sound.length / pieces / 2) * 2 - 1;
  for (let at = 0; at < sound.length && !response.destroyed; at += size) {
    response.write(sound.subarray(at, at + size));
    await new Promise((resolve) => setTimeout(resolve, manner === "slow" ? 40 : 1));
    if (manner === "cut") return void response.destroy();
  }
  while (manner === "endless" && !response.destroyed) {
    const isTaken = response.write(Buffer.alloc(1024 * 1024));
    if (!isTaken) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  response.end();
}

function refuse(response: ServerResponse, status: number, message: string, param: string | null) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: { message, type: "invalid_request_error", param } }));
}

function hum({ input, speed = 1 }: Readonly<Record<string, unknown>>): Buffer {
  const words = String(input).match(/[\p{L}\p{N}']+/gu) ?? [];
  const samples = Math.round((words.length * humHz * 0.24) / Number(speed));
  const pcm = Buffer.alloc(samples * 2);
  for (let at = 0; at < samples; at++) {
    pcm.writeInt16LE(Math.round(9_000 * Math.sin((at * 2 * Math.PI * 200) / humHz)), at * 2);
  }
  return pcm;
}
