import type { Entry } from "../entry.ts";

/** The screen and what it hangs on. */
export const screenCodes = {
  DISPLAY_NO_CARD: {
    severity: "critical",
    cause: "No graphics card was found (/dev/dri/card*)",
    visitor: "The screen stays black",
    next: "Enable the graphics driver (Raspberry Pi: dtoverlay=vc4-kms-v3d), then restart",
  },
  DISPLAY_FRAMEBUFFER_ONLY: {
    severity: "critical",
    cause: "There is a /dev/fb0 but no graphics card: the driver has no DRM",
    visitor: "The screen stays black",
    next: "Switch the board from its legacy to its KMS graphics driver, then restart",
  },
  DISPLAY_NO_PERMISSION: {
    severity: "critical",
    cause: "The graphics card is there, but this user may not open it",
    visitor: "The screen stays black",
    next: "Add the user to the groups video and render, then log in again",
  },
  DISPLAY_NO_CONNECTOR: {
    severity: "critical",
    cause: "The graphics card has no connector for a screen",
    visitor: "The screen stays black",
    next: "Plug the screen into a connector of another card, or change the board",
  },
  DISPLAY_NOT_CONNECTED: {
    severity: "critical",
    cause: "No screen is connected to any connector",
    visitor: "The screen stays black",
    next: "Check cable and power of the screen, then its input; the picture returns by itself",
  },
  DISPLAY_NO_MODES: {
    severity: "critical",
    cause: "A screen is connected but offers no mode",
    visitor: "The screen stays black or shows no signal",
    next: "Change the cable or adapter; else force a mode on the kernel command line (video=)",
  },
  DISPLAY_HELD: {
    severity: "critical",
    cause: "Another program holds the graphics card",
    visitor: "The screen shows that program, not the greeter",
    next: "Stop the program that is named in the evidence, e.g. a display manager",
  },
  DISPLAY_NO_EDID: {
    severity: "warning",
    cause: "The screen does not describe itself (no EDID)",
    visitor: "The picture may be blurred or cut off",
    next: "Change the cable or adapter, or set the size in the configuration (display.width)",
  },
  DISPLAY_MODE_SMALL: {
    severity: "warning",
    cause: "The mode of the screen is smaller than the tier of the avatar",
    visitor: "The greeter is drawn with more work and less sharpness than need be",
    next: "Choose a smaller tier (avatar.tier) or a larger mode",
  },
  DISPLAY_ORIENTATION: {
    severity: "notice",
    cause: "The picture lies, the avatar stands",
    visitor: "The greeter is shown between wide borders, or on her side",
    next: "Turn the screen, or set display.rotation to 90 or 270 (0 on a screen that stands)",
  },
  DISPLAY_ROTATION_IGNORED: {
    severity: "warning",
    cause: "display.rotation is set, and this way to the screen does not turn the picture",
    visitor: "The greeter is on her side",
    next: "Set display.driver to drm-sw or auto, or turn the screen",
  },
  DISPLAY_FAULT: {
    severity: "critical",
    cause: "The daemon has lost its screen",
    visitor: "The screen is black or stands still",
    next: "Check the cable and the power of the screen; the picture returns by itself",
  },
  DISPLAY_FALLBACK: {
    severity: "warning",
    cause: "A better way to the screen was refused; the daemon draws into memory",
    visitor: "Nobody sees the greeter",
    next: "Read in the evidence why, and mend that",
  },
} as const satisfies Readonly<Record<string, Entry>>;
