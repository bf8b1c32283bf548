import { benchMouth, mouthTable } from "./bench/mouth.ts";

/** `node scripts/bench-mouth.ts FOLDER`: scores every system that is here on a lip-sync set. */
const [folder] = process.argv.slice(2);

if (folder === undefined) {
  process.stderr.write(
    "Cannot score mouths: no folder is named, it should hold truth.json, wav/\n",
  );
  process.exitCode = 2;
} else {
  for await (const result of benchMouth(folder)) process.stdout.write(`${mouthTable(result)}\n\n`);
}
