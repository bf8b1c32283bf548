import { join } from "node:path";
import { nativePixels } from "../../drivers/pixels/native.ts";
import { plainPixels } from "../../drivers/pixels/plain.ts";
import { pixelsContract } from "./pixels.ts";

pixelsContract("plain", plainPixels());
pixelsContract("native", nativePixels(join(import.meta.dirname, "../../build/native")));
