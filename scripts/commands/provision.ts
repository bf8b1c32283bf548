import { join } from "node:path";
import type { Command } from "commander";
import { provision } from "../provision/provision.ts";

interface ProvisionOptions {
  readonly device: string;
  readonly broker: string;
  readonly root: string;
  readonly out: string;
  readonly home: string;
  readonly repository?: string;
}

const examples = `
Examples:
  frontdesk provision --device lobby --broker mqtts://broker.example:8883 --out lobby/`;

export function addProvisionCommand(program: Command): void {
  program
    .command("provision")
    .description("make a device's key, certificate request and configuration, and say what is next")
    .requiredOption("--device <name>", "its name: client id, topic level and the certificate's CN")
    .requiredOption("--broker <url>", "as mqtts://broker.example:8883")
    .option("--root <root>", "first levels of every topic", "frontdesk")
    .requiredOption("--out <dir>", "where to make the files")
    .option("--home <dir>", "where they will lie on the device", "/etc/frontdesk")
    .option("--repository <url>", "where its avatars come from, as https://studio.example/repo/")
    .addHelpText("after", examples)
    .action(({ device, broker, root, out, home, repository }: ProvisionOptions) => {
      const files = provision({ device, broker, root, folder: out, home, repository });
      process.stdout.write(nextSteps(device, files, { out, home, repository }));
    });
}

function nextSteps(
  device: string,
  files: ReturnType<typeof provision>,
  { out, home, repository }: { out: string; home: string; repository: string | undefined },
): string {
  const root =
    repository === undefined
      ? ""
      : `
   Also root.json: the repository's metadata/1.root.json, which its avatars are trusted by.`;
  return `Made ${Object.values(files).join(", ")}

1. Sign the request where the authority's key is, for a year:
   openssl x509 -req -in ${files.request} -CA ca.crt -CAkey ca.key -CAcreateserial \\
     -days 365 -sha256 -out ${join(out, "device.crt")}
2. On the device, into ${home}: config.json, device.key (0640, group frontdesk), device.crt,
   and ca.crt, the authority that vouches for the broker.${root}
3. Once, on the broker: config/mosquitto/frontdesk.conf and acl. They know every device by the
   CN of its certificate (here: ${device}); nothing is added for one more device.
`;
}
