import type { SiteAnswer, SiteRoute } from "../../../drivers/site/site.ts";
import { guardedHeaders } from "../../diagnostics/page/answer.ts";
import { jsonAnswer } from "./answers.ts";
import { apiRoot, apiRoutes } from "./api.ts";
import { Entrance } from "./entrance.ts";
import { fileRoutes } from "./files.ts";
import type { Front } from "./front.ts";
import type { House } from "./house.ts";
import { exchangeLicence } from "./licence-desk.ts";
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
  readonly version: string;
  readonly assets: ReadonlyMap<string, Asset>;
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

function licenceRoutes(house: House, { now }: Outside) {
  const exchange = (kind: "activate" | "renew"): SiteRoute => ({
    method: "POST",
    path: `${apiRoot}/licences/${kind}`,
    answer: async ({ body, from }) => {
      const nowMs = now();
      if (house.guard.isTooFast("write", from, nowMs)) return jsonAnswer(429, tooFast);
      const text = JSON.stringify(body.kind === "json" ? body.value : null);
      const answer = await exchangeLicence(house, kind, text, nowMs);
      return jsonAnswer(answer.status, answer.body);
    },
  });
  return [exchange("activate"), exchange("renew")];
}

const tooFast = { code: "TOO_FAST", message: "Cannot give a licence: slow down" } as const;

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
