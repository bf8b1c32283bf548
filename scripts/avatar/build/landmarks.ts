import { readFileSync } from "node:fs";
import Type, { type Static } from "typebox";
import { Value } from "typebox/value";

const place = Type.Tuple([Type.Number(), Type.Number()]);

const schema = Type.Object({
  left_eye: place,
  right_eye: place,
  mouth_left: place,
  mouth_right: place,
  upper_lip: place,
  lower_lip: place,
});

/** Places in a photo, x and y in its pixels; left and right are the viewer's. */
export type Landmarks = Static<typeof schema>;

/** Reads landmarks from a JSON file; throws an Error that says what it should hold. */
export function readLandmarks(file: string): Landmarks {
  const places: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (Value.Check(schema, places)) return places;
  const due = `${Object.keys(schema.properties).join(", ")}, each [x, y] in pixels`;
  throw new Error(`Cannot read landmarks ${file}: places are missing, it should have ${due}`);
}
