import { makerOf, samplePackage } from "../sample-package.ts";
import { partsOf, tarEnd, tarOf } from "../tar.ts";
import { badCompression, badEnds, strangers } from "./forms.ts";
import { badManifests, badTrust, wrongContents } from "./inside.ts";
import { badHeaders, badKinds } from "./kinds.ts";
import type { Malice } from "./malice.ts";
import { badNames } from "./names.ts";

/** Every kind with every parameter, the key that a kiosk trusts, and a package that is well. */
export function malices(): {
  readonly signer: string;
  readonly good: Uint8Array;
  readonly all: readonly Malice[];
} {
  const maker = makerOf();
  const sample = samplePackage({}, maker);
  const parts = partsOf(sample.files);
  const all = [
    ...badNames(parts),
    ...badKinds(parts),
    ...badHeaders(parts),
    ...badEnds(parts),
    ...badCompression(parts),
    ...strangers(parts),
    ...badManifests(sample, maker),
    ...badTrust(sample, maker),
    ...wrongContents(sample),
  ];
  return { signer: maker.signer, good: tarOf([...parts, tarEnd]), all };
}
