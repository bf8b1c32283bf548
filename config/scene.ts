import { Type } from "typebox";

const hot = { apply: "hot" } as const;

const hexColour = Type.String({ pattern: "^#[0-9a-fA-F]{6}$" });

const background = Type.Union([
  Type.Object({ colour: hexColour }, { additionalProperties: false }),
  // Not a tuple: typebox writes those in the words of an older draft of JSON Schema.
  Type.Object(
    { gradient: Type.Array(hexColour, { minItems: 2, maxItems: 2 }) },
    { additionalProperties: false },
  ),
  Type.Object({ image: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
]);

export type Background =
  | { readonly colour: string }
  | { readonly gradient: readonly [top: string, bottom: string] }
  | { readonly image: string };

/** The keys below `scene`: what the screen looks like. All change while the show goes on. */
export const sceneKeys = {
  background: Type.Unsafe<Background>({
    ...background,
    ...hot,
    default: { colour: "#E2E5EA" },
  }),
  layout: Type.Enum(["full", "left", "right"], {
    ...hot,
    default: "full",
    description: "Where the avatar stands; the rest is for logo, clock and code",
  }),
  x: Type.Number({
    ...hot,
    minimum: -1,
    maximum: 2,
    default: 0.5,
    description: "Middle of the avatar's room, share of its width",
  }),
  y: Type.Number({
    ...hot,
    minimum: -1,
    maximum: 2,
    default: 1,
    description: "Foot, share of height",
  }),
  zoom: Type.Number({
    ...hot,
    minimum: 0.1,
    maximum: 4,
    default: 1,
    description: "1: the avatar is as high as the screen",
  }),
  safeArea: Type.Number({
    ...hot,
    minimum: 0,
    maximum: 0.2,
    default: 0.05,
    description: "Share of the short side that stays free at each edge",
  }),
  logo: Type.Optional(
    Type.String({ ...hot, minLength: 1, description: "A picture file: PNG, SVG, WebP or JPEG" }),
  ),
  clock: Type.Boolean({
    ...hot,
    default: false,
    description: "The time of day, while the board's clock can be believed",
  }),
  code: Type.Optional(
    Type.String({
      ...hot,
      minLength: 1,
      maxLength: 300,
      description: "What a QR code on the screen says, e.g. an address",
    }),
  ),
  ink: Type.String({
    ...hot,
    pattern: "^#[0-9a-fA-F]{6}$",
    default: "#1C2430",
    description: "Colour of the clock",
  }),
  captions: Type.Boolean({
    ...hot,
    default: true,
    description: "false: no job shows captions",
  }),
  captionStyle: Type.Enum(["bar", "band", "outline"], {
    ...hot,
    default: "bar",
    description: "On a dim bar, on a black band from edge to edge, or with a dark outline",
  }),
  captionSize: Type.Number({
    ...hot,
    minimum: 0.5,
    maximum: 2,
    default: 1,
    description: "1: to be read from three metres",
  }),
};
