import type { LicenceState } from "./verdict.ts";

/** What the screen says, as short as can be. */
interface Words {
  readonly over: string;
  readonly none: string;
}

/** By the language of the kiosk: the first part of its tag (BCP 47). */
const words: ReadonlyMap<string, Words> = new Map(
  Object.entries({
    en: { over: "Licence expired", none: "Not licensed" },
    de: { over: "Lizenz abgelaufen", none: "Keine Lizenz" },
    fr: { over: "Licence expirée", none: "Sans licence" },
    es: { over: "Licencia caducada", none: "Sin licencia" },
    pt: { over: "Licença expirada", none: "Sem licença" },
    it: { over: "Licenza scaduta", none: "Senza licenza" },
    nl: { over: "Licentie verlopen", none: "Geen licentie" },
    zh: { over: "许可证已过期", none: "未获许可" },
    ja: { over: "ライセンス期限切れ", none: "ライセンスなし" },
    ko: { over: "라이선스 만료됨", none: "라이선스 없음" },
  }),
);

/** What a voice calls Chinese: Mandarin and Cantonese (ISO 639-3). */
const chinese = ["cmn", "yue"];

/** The notice on the screen of a licence that does not hold; in English where `lang` is unknown. */
export function licenceNotice(state: LicenceState, lang: string): string {
  const [tag = "en"] = lang.toLowerCase().split("-");
  const { over, none } = words.get(chinese.includes(tag) ? "zh" : tag) ?? words.get("en")!;
  return state === "expired" ? over : none;
}
