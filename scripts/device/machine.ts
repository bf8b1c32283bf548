import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Where one emulated machine keeps its disk, kernel, initrd, logs and sockets. */
export interface MachineFiles {
  /** Holds `disk.img`, `vmlinuz` and `initrd`, as image.sh made them. */
  readonly folder: string;
  /** Short, for sockets: their paths are bounded by 107 bytes. */
  readonly run: string;
}

/**
 * An arm64 board under QEMU: a screen without a GPU, a sound card, a network to the host, a port
 * through which commands run inside. Disposal is a power cut; the disk stays as it is then.
 */
export class Machine implements AsyncDisposable {
  readonly #files: MachineFiles;
  readonly #qemu: ChildProcess;
  readonly #ended: Promise<void>;
  readonly startedMs = performance.now();

  constructor(files: MachineFiles, screen: { readonly width: number; readonly height: number }) {
    this.#files = files;
    for (const name of ["qmp", "control"]) rmSync(join(files.run, name), { force: true });
    this.#qemu = spawn("qemu-system-aarch64", argumentsOf(files, screen), {
      stdio: ["ignore", "ignore", "inherit"],
    });
    this.#ended = new Promise((resolve) => this.#qemu.once("exit", () => resolve()));
  }

  /** What came on the serial console since power-on. */
  get console(): string {
    const file = join(this.#files.run, "serial.log");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  /** Sends a command of QMP and returns its answer; throws when QEMU refuses it. */
  async qmp(execute: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const socket = await this.#connect("qmp");
    try {
      const lines = linesOf(socket);
      await lines.next();
      for (const command of [{ execute: "qmp_capabilities" }, { execute, arguments: args }]) {
        socket.write(`${JSON.stringify(command)}\n`);
        const answer = await answerOf(lines);
        if (answer.error) throw new Error(`Cannot ${execute}: ${answer.error.desc}`);
        if (command.execute === execute) return answer.return;
      }
    } finally {
      socket.destroy();
    }
    return undefined;
  }

  /**
   * What is on the screen. Not as a PNG: all of the machine stands still while QEMU writes one, and
   * so does its sound.
   */
  async screen(): Promise<Shot> {
    const file = join(this.#files.run, "screen.ppm");
    await this.qmp("screendump", { filename: file });
    return readPpm(readFileSync(file));
  }

  /** A command of QEMU's human monitor, for what QMP lacks. */
  async monitor(line: string): Promise<string> {
    return String(await this.qmp("human-monitor-command", { "command-line": line }));
  }

  /** Runs a shell command line inside as root, and returns what it says and its exit status. */
  async shell(line: string, msMax = 60_000): Promise<{ text: string; status: number }> {
    const socket = await this.#connect("control");
    socket.setEncoding("utf8");
    let text = "";
    socket.on("data", (part: string) => {
      text += part;
    });
    try {
      socket.write(`${line}\n`);
      for (let waitedMs = 0; waitedMs < msMax; waitedMs += 50) {
        const [, said = "", status] = /^([\s\S]*)\n-- ended: (\d+)\n$/.exec(text) ?? [];
        if (status !== undefined) return { text: said.trimEnd(), status: Number(status) };
        await sleep(50);
      }
      throw new Error(`Cannot run "${line}" inside: no answer within ${msMax / 1000} s`);
    } finally {
      socket.destroy();
    }
  }

  /** Waits until the port inside answers: the system is up that far. */
  async reachable(msMax = 240_000): Promise<void> {
    const untilMs = performance.now() + msMax;
    while (performance.now() < untilMs) {
      const answer = await this.shell("true", 3_000).catch(() => undefined);
      if (answer?.status === 0) return;
      await sleep(500);
    }
    throw new Error(`Cannot reach the machine: no answer within ${msMax / 1000} s after power-on`);
  }

  /** Power off, without warning. */
  async cut(): Promise<void> {
    this.#qemu.kill("SIGKILL");
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cut();
  }

  async #connect(name: string): Promise<Socket> {
    for (let attempt = 0; ; attempt++) {
      const socket = connect(join(this.#files.run, name));
      const error = await new Promise<Error | undefined>((resolve) => {
        socket.once("connect", () => resolve(undefined));
        socket.once("error", resolve);
      });
      if (error === undefined) return socket;
      if (attempt >= 40) throw new Error(`Cannot reach QEMU's ${name}: ${error.message}`);
      await sleep(100);
    }
  }
}

/** A picture of the screen: RGB, top row first. */
export interface Shot {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** The one kind of PPM that QEMU writes: `P6`, sizes and 255 in a line each. */
function readPpm(bytes: Uint8Array): Shot {
  const head = Buffer.from(bytes.subarray(0, 32)).toString("latin1");
  const [start = "", width, height] = /^P6\n(\d+) (\d+)\n255\n/.exec(head) ?? [];
  if (start === "") throw new Error("Cannot read the screen: QEMU wrote no PPM picture");
  return { width: Number(width), height: Number(height), pixels: bytes.subarray(start.length) };
}

interface Answer {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
  readonly event?: string;
}

async function answerOf(lines: AsyncIterator<string>): Promise<Answer> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Error("Cannot ask QEMU: it closed the connection");
    const answer = JSON.parse(value) as Answer;
    if (answer.event === undefined) return answer;
  }
}

async function* linesOf(socket: Socket): AsyncGenerator<string> {
  let rest = "";
  for await (const part of socket) {
    const lines = (rest + part).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

function argumentsOf(
  { folder, run }: MachineFiles,
  { width, height }: { readonly width: number; readonly height: number },
): string[] {
  const disk = `if=none,id=disk,file=${folder}/disk.img,format=raw,cache=writeback`;
  return [
    ...["-M", "virt,gic-version=3", "-cpu", "cortex-a72", "-smp", "2", "-m", "2G"],
    ...["-accel", "tcg,thread=multi", "-nodefaults", "-no-user-config", "-display", "none"],
    ...["-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net,romfile="],
    ...["-device", "virtio-rng-pci"],
    ...["-device", `virtio-gpu-pci,xres=${width},yres=${height}`],
    ...["-drive", disk, "-device", "virtio-blk-pci,drive=disk"],
    // On a port of its own, so that the card can be pulled out.
    ...["-device", "pcie-root-port,id=bay,slot=1", "-audiodev", "none,id=sound"],
    ...["-device", "intel-hda,id=card,bus=bay", "-device", "hda-output,audiodev=sound"],
    ...["-device", "virtio-serial-pci"],
    ...["-chardev", `socket,id=control,path=${run}/control,server=on,wait=off`],
    ...["-device", "virtserialport,chardev=control,name=control"],
    ...["-chardev", `file,id=serial,path=${run}/serial.log`, "-serial", "chardev:serial"],
    ...["-qmp", `unix:${run}/qmp,server=on,wait=off`, "-monitor", "none"],
    ...["-kernel", `${folder}/vmlinuz`, "-initrd", `${folder}/initrd`],
    ...["-append", commandLine],
  ];
}

/** What a kiosk's boot loader would say too: no text on the screen, and no cursor. */
const commandLine = [
  ...["root=/dev/vda", "rw", "console=ttyAMA0", "net.ifnames=0", "quiet", "loglevel=3"],
  ...["vt.global_cursor_default=0", "nokaslr", "mitigations=off", "audit=0"],
].join(" ");
