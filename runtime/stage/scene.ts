import type { Background, Config, SettledConfig } from "../../config/config.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import type { Inference } from "../../drivers/inference/inference.ts";
import type { Pictures } from "../../drivers/picture/picture.ts";
import type { Pixels } from "../../drivers/pixels/pixels.ts";
import { AvatarError } from "../avatar/error.ts";
import { type Breathe, Library, type OpenedAvatar } from "../avatar/library.ts";
import { findPackage, scattered } from "../avatar/shelf.ts";
import type { Trace } from "../diagnostics/trace.ts";
import { paintBackground } from "./background.ts";
import type { Canvas } from "./canvas.ts";
import type { Casting } from "./cast.ts";
import { openDecor } from "./decor.ts";
import { Decorated } from "./decorated.ts";
import { Figure } from "./figure.ts";
import { layOut } from "./layout.ts";
import type { LipSync } from "./lip-sync.ts";
import { openLipSync } from "./open-lips.ts";
import { Portrait } from "./portrait.ts";
import type { Scene } from "./stage.ts";

/** What a scene is opened with. */
export interface ScenePlace {
  readonly trace: Trace;
  readonly pictures: Pictures;
  readonly pixels: Pixels;
  readonly inference: Inference;
  /** Files by their paths. */
  readonly files: Pick<Disk, "read" | "openFile">;
  /** Folders that hold avatars, best first; the last, the program's own, needs no signature. */
  readonly avatars: readonly (string | undefined)[];
  /** Lets the show go on while another avatar is opened; absent: nobody waits. */
  readonly breathe?: Breathe;
}

export interface OpenedScene extends AsyncDisposable {
  readonly scene: Scene;
  /** Id of the avatar that is shown; null when none could be opened. */
  readonly avatar: string | null;
  /** Names of what it can do besides talking. */
  readonly actions: string[];
  /** Changes what the screen looks like; what cannot be opened is reported, as at the start. */
  repaint(scene: Config["scene"]): Promise<void>;
}

const shippedAvatar = "anna";

/**
 * Opens the configured avatar before the configured background, or `first` in its place. What
 * cannot be opened is reported and replaced, so that there is always a picture: a background
 * picture by the default colour, an avatar by the one that is shipped, and that by the background
 * alone.
 */
export async function openScene(
  config: SettledConfig,
  size: Size,
  place: ScenePlace,
  first: Casting = config.avatar,
): Promise<OpenedScene> {
  const { avatar, scene } = config;
  const shipped = { id: shippedAvatar, tier: avatar.tier };
  const isShipped = first.id === shippedAvatar && first.files === undefined;
  for (const wanted of isShipped ? [first] : [first, shipped]) {
    const opened = await openAvatar(wanted, avatar, place);
    if (!(opened instanceof AvatarError)) return await build(opened, scene, size, place);
  }
  return await build(undefined, scene, size, place);
}

/** Opens this avatar and no other; an AvatarError says why it cannot be shown. */
export async function openCast(
  cast: Casting,
  { avatar, scene }: Pick<Config, "avatar" | "scene">,
  size: Size,
  place: ScenePlace,
): Promise<OpenedScene | AvatarError> {
  const opened = await openAvatar(cast, avatar, place);
  return opened instanceof AvatarError ? opened : await build(opened, scene, size, place);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Sets the figure, or nobody, before the background. */
async function build(
  opened: OpenedAvatar | undefined,
  scene: Config["scene"],
  size: Size,
  place: ScenePlace,
): Promise<OpenedScene> {
  const layout = layOut(scene, size);
  const background = await openBackground(scene.background, size, place);
  await place.breathe?.();
  const lips = opened && (await openLips(opened, place));
  await place.breathe?.();
  const shown =
    opened === undefined || lips === undefined
      ? new Bare(background)
      : new Portrait(new Figure(opened.figure, place), lips, background, layout.standing);
  const decorated = new Decorated(shown, await openDecor(scene, layout, place));
  const change = async (next: Config["scene"]): Promise<void> => {
    const other = layOut(next, size);
    const behind = await openBackground(next.background, size, place);
    const decor = await openDecor(next, other, place);
    shown.stand(behind, other.standing);
    decorated.change(decor);
  };
  // One after another: a slow picture must not come after the one that took its place.
  let last = Promise.resolve();
  const repaint = (next: Config["scene"]): Promise<void> => {
    last = last.then(() => change(next));
    return last;
  };
  const close = async (): Promise<void> => {
    await lips?.[Symbol.asyncDispose]();
    opened?.[Symbol.dispose]();
  };
  return {
    ...{ scene: decorated, avatar: opened?.id ?? null, repaint },
    actions: [...(opened?.figure.actions.keys() ?? [])],
    [Symbol.asyncDispose]: close,
  };
}

/** An avatar whose mouth cannot be opened is shown with it closed. */
async function openLips(opened: OpenedAvatar, place: ScenePlace): Promise<LipSync> {
  try {
    return await openLipSync(opened, place);
  } catch (error) {
    place.trace.note({ area: "stage", kind: "lips-refused", reason: (error as Error).message });
    return openLipSync({ figure: opened.figure, lips: undefined }, place);
  }
}

async function openBackground(
  background: Background,
  size: Size,
  { trace, pictures, files }: ScenePlace,
): Promise<Canvas> {
  try {
    return await paintBackground(background, size, { files, pictures });
  } catch (error) {
    trace.note({ area: "stage", kind: "background-refused", reason: (error as Error).message });
    return paintBackground({ colour: "#E2E5EA" }, size, { files, pictures });
  }
}

/** From where its files lie, or from the first folder that has it whole. */
async function openAvatar(
  { id, tier, files: paths }: Casting,
  { signers, lipsync }: Config["avatar"],
  { trace, files, avatars, breathe }: ScenePlace,
): Promise<OpenedAvatar | AvatarError> {
  const folders = avatars.filter((folder) => folder !== undefined);
  const places = folders.map((folder) => ({
    find: (name: string) => findPackage(files, folder, name),
    due: folder === folders.at(-1) ? [] : signers,
  }));
  const own = paths && [{ find: async () => scattered(files, paths), due: signers }];
  let refused: AvatarError | undefined;
  for (const { find, due } of own ?? places) {
    const rules = { signers: due, lipsync, ...(breathe ? { breathe } : {}) };
    const opened = await new Library(find, trace, rules).open(id, tier);
    if (!(opened instanceof AvatarError)) return opened;
    trace.note({ area: "stage", kind: "avatar-refused", reason: opened.message });
    refused ??= opened;
  }
  return refused ?? new AvatarError("there is no folder of avatars").of(`${id} at ${tier}`);
}

/** A background with nobody before it. */
class Bare implements Scene {
  #background: Canvas;

  constructor(background: Canvas) {
    this.#background = background;
  }

  stand(background: Canvas): void {
    this.#background = background;
  }

  paint(canvas: Canvas): void {
    canvas.pixels.set(this.#background.pixels);
    canvas.changed?.markAll();
  }
}
