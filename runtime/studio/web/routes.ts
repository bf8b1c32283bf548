import type { KeyObject } from "node:crypto";
import type { SiteAnswer, SiteRoute } from "../../../drivers/site/site.ts";
import { guardedHeaders } from "../../diagnostics/page/answer.ts";
import { answerLicenceRequest } from "../licence/exchange.ts";
import { jsonAnswer } from "./answers.ts";
import { apiRoot, apiRoutes } from "./api.ts";
import { Entrance } from "./entrance.ts";
import { fileRoutes } from "./files.ts";
import type { Front } from "./front.ts";
import type { House } from "./house.ts";
import { openApi } from "./openapi.ts";
import { uploadRoutes } from "./upload-routes.ts";

/** A file that pages load. */
export interface Asset {
  readonly type: string;
  readonly body: string;
  readonly tag: string;
}

export interface Outside {
  readonly now: () => number;
  readonly newId: () => string;
  readonly version: string;
  readonly assets: ReadonlyMap<string, Asset>;
  /** With what leases are signed; undefined: this studio gives no licences to devices. */
  readonly licenceKey: KeyObject | undefined;
}

/** Everything that the studio answers over HTTP. */
export function studioRoutes(house: House, front: Front, outside: Outside): readonly SiteRoute[] {
  const { now } = outside;
  return [
    ...front.routes(),
    ...new Entrance(house, now).routes(),
    ...apiRoutes(house, now),
    ...fileRoutes(house, now),
    ...uploadRoutes(house, now),
    ...licenceRoutes(house, outside),
    documentRoute(outside),
    ...[...outside.assets].map(([path, asset]) => assetRoute(path, asset)),
  ];
}

function licenceRoutes(house: House, { now, newId, licenceKey: key }: Outside) {
  const exchange = (kind: "activate" | "renew"): SiteRoute => ({
    method: "POST",
    path: `${apiRoot}/licences/${kind}`,
    answer: async ({ body, from }) => {
      const nowMs = now();
      if (house.guard.isTooFast("write", from, nowMs)) return jsonAnswer(429, tooFast);
      if (key === undefined) return jsonAnswer(404, noLicences);
      const bytes = Buffer.from(JSON.stringify(body.kind === "json" ? body.value : null));
      const desk = { book: house.studio.licences, key, newId };
      const answer = await answerLicenceRequest(kind, bytes, desk, nowMs);
      return jsonAnswer(answer.status, answer.body);
    },
  });
  return [exchange("activate"), exchange("renew")];
}

const tooFast = { code: "TOO_FAST", message: "Cannot give a licence: slow down" } as const;
const noLicences = {
  code: "UNKNOWN_POOL",
  message: "Cannot give a licence: this studio has no key to sign it with",
} as const;

function documentRoute({ version }: Outside): SiteRoute {
  const document = openApi(version);
  const answer = async (): Promise<SiteAnswer> => jsonAnswer(200, document);
  return { method: "GET", path: `${apiRoot}/openapi.json`, answer };
}

function assetRoute(path: string, { type, body, tag }: Asset): SiteRoute {
  const bytes = Buffer.from(body);
  const headers = { ...guardedHeaders, "content-type": type, "cache-control": "no-cache" };
  const file = {
    bytes: bytes.length,
    etag: tag,
    async *read(from: number, to: number) {
      yield bytes.subarray(from, to);
    },
  };
  return { method: "GET", path, answer: async () => ({ status: 200, headers, body: file }) };
}
