import { fileURLToPath } from "node:url";
import type { Tier } from "../../config/tiers.ts";
import { openIfThere, readIfThere } from "../../drivers/disk/reading.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { Library, type OpenedAvatar } from "../../runtime/avatar/library.ts";
import { findPackage } from "../../runtime/avatar/shelf.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import type { LipSync } from "../../runtime/stage/lip-sync.ts";
import { openLipSync } from "../../runtime/stage/open-lips.ts";

const shipped = fileURLToPath(new URL("../../config/avatars", import.meta.url));

/** Where the package `anna` lies that is measured: the shipped one, or another one to try. */
export const demoAvatars = process.env.FRONTDESK_AVATARS ?? shipped;

/** Opens the demo avatar with one of its kinds of lip-sync. */
export async function openDemo(lipsync: "instant" | "studio", tier: Tier): Promise<OpenedAvatar> {
  const paths = { read: readIfThere, openFile: openIfThere };
  const find = (id: string) => findPackage(paths, demoAvatars, id);
  const opened = await new Library(find, new TraceRing(), { signers: [], lipsync }).open(
    "anna",
    tier,
  );
  if (opened instanceof Error) throw opened;
  return opened;
}

/** Opens the lip-sync that it was opened with, as a kiosk would. */
export function openDemoLips(opened: OpenedAvatar): Promise<LipSync> {
  return openLipSync(opened, { pictures: sharpPictures(), inference: new OnnxInference() });
}
