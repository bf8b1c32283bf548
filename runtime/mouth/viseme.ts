/**
 * The 15 mouth shapes, in the order of every table and every model output.
 * Source: MPEG-4 face animation visemes as extended by the widely used 15-shape set
 * (sil PP FF TH DD kk CH SS nn RR aa E ih oh ou) of lip-sync engines.
 */
export const visemes = [
  "sil",
  "PP",
  "FF",
  "TH",
  "DD",
  "kk",
  "CH",
  "SS",
  "nn",
  "RR",
  "aa",
  "E",
  "ih",
  "oh",
  "ou",
] as const;

export type Viseme = (typeof visemes)[number];
