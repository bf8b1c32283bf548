import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Architecture } from "../native/target.ts";

/** What the package says of itself. `sizeKb` is what it takes when installed. */
export function controlFile(version: string, arch: Architecture, sizeKb: number): string {
  return `Package: frontdesk
Version: ${version}
Architecture: ${arch}
Maintainer: The Frontdesk maintainers <maintainers@frontdesk.invalid>
Installed-Size: ${sizeKb}
Section: misc
Priority: optional
Depends: ${depends().join(", ")}
Recommends: ${recommends.join(", ")}
Suggests: ${suggests.join(", ")}
Description: talking 2D digital human on a kiosk display
 Frontdesk shows a greeter on a screen and has it say what comes over MQTT,
 with the mouth in time to the sound and captions below. It draws on the CPU or
 on a small GPU straight to the screen (DRM), without a desktop.
 .
 The Node.js that runs it comes along, pinned, in a folder of its own.
`;
}

/** Debian's view of the licences of everything inside. */
export function copyrightFile(root: string): string {
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: frontdesk

Files: *
Copyright: 2026 The Frontdesk maintainers
License: Apache-2.0
 On Debian systems the text of the licence is in /usr/share/common-licenses/Apache-2.0.

Files: usr/lib/frontdesk/build/native/bin/espeak
Copyright: 2026 The Frontdesk maintainers
License: GPL-3.0-or-later
 A program of its own, linked with espeak-ng and so under its licence; its source is
 /usr/share/doc/frontdesk/espeak.c. On Debian systems the text of the licence is in
 /usr/share/common-licenses/GPL-3.

Files: usr/lib/frontdesk/build/native/*
Copyright: 2013-2026 Ramon Santamaria (raylib), Robert Loefler (node-raylib)
License: Zlib
 raylib and the bindings of node-raylib, compiled from their unchanged sources.

Files: usr/lib/frontdesk/node_modules/*
Copyright: the authors named in the LICENSE file of each folder
License: MIT and others
 Each package lies in a folder of its own with its own licence text; Node.js among them.
 The library of sharp holds libvips (LGPL-3.0-or-later) and what it is made of.

${readFileSync(join(root, "NOTICE"), "utf8").replace(/^/gm, "# ").replaceAll(/^# $/gm, "#")}`;
}

export function changelogFile(version: string, date: Date): string {
  return `frontdesk (${version}) unstable; urgency=medium

  * See /usr/share/doc/frontdesk/CHANGELOG.md.

 -- The Frontdesk maintainers <maintainers@frontdesk.invalid>  ${rfc5322(date)}
`;
}

/** The names are those of Debian 12, which Debian 13 still knows. */
function depends(): readonly string[] {
  return [
    `libc6 (>= ${glibcVersion()})`,
    ...["libstdc++6", "libasound2", "libespeak-ng1", "espeak-ng-data"],
    ...["fonts-open-sans", "fonts-droid-fallback", "fonts-nanum"],
    ...["systemd", "udev"],
  ];
}

/** For the demo and films, another voice, and the build of avatars. */
const suggests = [
  ...["mosquitto", "ffmpeg", "flite"],
  ...["opencv-data", "python3-numpy", "python3-opencv", "python3-torch", "python3-onnx"],
];

/** OpenGL ES for boards with a GPU, and ALSA's way to PulseAudio and PipeWire. */
const recommends = [
  ...["libdrm2", "libgbm1", "libegl1", "libgles2", "libgl1-mesa-dri", "libasound2-plugins"],
];

/** What was linked here asks for no newer C library than the one here. */
function glibcVersion(): string {
  return execFileSync("getconf", ["GNU_LIBC_VERSION"], { encoding: "utf8" }).trim().split(" ")[1]!;
}

function rfc5322(date: Date): string {
  return date.toUTCString().replace("GMT", "+0000");
}
