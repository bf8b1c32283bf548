import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** A certificate authority of a test, with openssl as an independent witness. */
export class Authority {
  readonly folder: string;
  readonly caFile: string;

  constructor(folder: string, name = "ca") {
    this.folder = folder;
    this.caFile = join(folder, `${name}.crt`);
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    const out = ["-keyout", this.#key, "-out", this.caFile, "-days", "2"];
    openssl(["req", "-x509", ...key, ...out, "-subj", `/CN=${name} of a test`]);
  }

  get #key(): string {
    return this.caFile.replace(/crt$/, "key");
  }

  /** Signs a request as the printed next step says; returns the certificate's file. */
  sign(request: string, file: string, more: readonly string[] = []): string {
    const by = ["-CA", this.caFile, "-CAkey", this.#key, "-CAcreateserial"];
    openssl(["x509", "-req", "-in", request, ...by, "-days", "2", "-out", file, ...more]);
    return file;
  }

  /** A key and a certificate for `name`, valid for 127.0.0.1. */
  issue(name: string): { readonly keyFile: string; readonly certFile: string } {
    const keyFile = join(this.folder, `${name}.key`);
    const request = join(this.folder, `${name}.csr`);
    const extension = join(this.folder, `${name}.ext`);
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    openssl(["req", "-new", ...key, "-keyout", keyFile, "-out", request, "-subj", `/CN=${name}`]);
    writeFileSync(extension, "subjectAltName=IP:127.0.0.1\n");
    const certFile = join(this.folder, `${name}.crt`);
    return { keyFile, certFile: this.sign(request, certFile, ["-extfile", extension]) };
  }
}

function openssl(args: readonly string[]): void {
  execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
}
