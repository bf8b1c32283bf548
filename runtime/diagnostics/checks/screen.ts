import { tiers } from "../../../config/tiers.ts";
import type { Connector } from "../../../drivers/board/board.ts";
import { type Finding, finding } from "../finding.ts";
import type { World } from "../world.ts";

/** The way to the screen: card, right, connector, cable, mode. One fault hides those behind it. */
export function checkScreen(world: World): readonly Finding[] {
  const { driver } = world.config.display;
  if (driver === "memory" || driver === "window") return [];
  const fault = firstFault(world);
  return fault ? [fault] : [...holders(world), ...connected(world).flatMap(aspects(world))];
}

function firstFault({ board }: World): Finding | undefined {
  const { cards, connectors, framebuffer } = board.graphics;
  if (cards.length === 0) {
    const code = framebuffer ? "DISPLAY_FRAMEBUFFER_ONLY" : "DISPLAY_NO_CARD";
    const evidence = framebuffer ? { driver: framebuffer.driver, size: framebuffer.size } : {};
    return finding(code, { cards: 0, ...evidence });
  }
  if (!cards.some(({ openable }) => openable)) {
    return finding("DISPLAY_NO_PERMISSION", { cards: cards.map(({ node }) => node).join(" ") });
  }
  if (connectors.length === 0) return finding("DISPLAY_NO_CONNECTOR", { cards: cards.length });
  const seen = connectors.map(({ name, status }) => `${name} ${status}`).join(", ");
  const known = connectors.filter(({ status }) => status !== "disconnected");
  if (!known.some((screen) => screen.status === "connected" || screen.modes.length > 0)) {
    return finding("DISPLAY_NOT_CONNECTED", { connectors: seen });
  }
  if (!known.some(({ modes }) => modes.length > 0)) {
    return finding("DISPLAY_NO_MODES", { connectors: seen });
  }
  return undefined;
}

function connected({ board }: World): readonly Connector[] {
  return board.graphics.connectors
    .filter(({ status, modes }) => status !== "disconnected" && modes.length > 0)
    .slice(0, 1);
}

function holders({ board, daemon }: World): Finding[] {
  return board.graphics.cards
    .flatMap(({ node, holders }) => holders.map((holder) => ({ node, ...holder })))
    .filter(({ pid, name }) => pid !== daemon?.pid && !systemHolders.has(name))
    .map(({ node, pid, name }) => finding("DISPLAY_HELD", { node, pid, name }));
}

/** They keep the node for a session and give it to who is in front. */
const systemHolders = new Set(["systemd-logind", "systemd", "elogind"]);

function aspects({ config }: World): (screen: Connector) => readonly Finding[] {
  return ({ name, modes, edidBytes }) => {
    const [, width = 0, height = 0] = (/^(\d+)x(\d+)/.exec(modes[0] ?? "") ?? []).map(Number);
    const tier = tiers[config.avatar.tier];
    const evidence = { connector: name, mode: modes[0] ?? "", tier: config.avatar.tier };
    const shortSide = Math.min(width, height);
    const { rotation: wished, driver } = config.display;
    const isTurned = driver === "auto" || driver === "drm-sw";
    const rotation = isTurned ? wished : 0;
    // A quarter turn of the picture makes a lying screen a standing one.
    const lies = rotation % 180 === 0 ? width > height : width < height;
    return [
      ...(edidBytes === 0 ? [finding("DISPLAY_NO_EDID", evidence)] : []),
      ...(shortSide < tier.width ? [finding("DISPLAY_MODE_SMALL", evidence)] : []),
      ...(rotation !== wished
        ? [finding("DISPLAY_ROTATION_IGNORED", { rotation: wished, driver })]
        : []),
      ...(lies ? [finding("DISPLAY_ORIENTATION", { ...evidence, rotation })] : []),
    ];
  };
}
