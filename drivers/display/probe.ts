import { type Flavour, openRaylib } from "./facade.ts";

// Opens a screen, shows one picture and closes it, in a process of its own: a graphics driver that
// crashes takes only this one down. Says on stdout, as JSON, what it found; nothing when no screen.

const [native = "", flavour = "", width = "", height = ""] = process.argv.slice(2);
const raylib = openRaylib(native, flavour as Flavour, Number(width), Number(height));
if (raylib !== undefined) {
  raylib.begin();
  raylib.end();
  const found = { width: raylib.width, height: raylib.height, renderer: raylib.renderer };
  raylib.close();
  process.stdout.write(JSON.stringify(found));
}
