/** What a take is customised into: of one person alone, of a house model, or of a photo. */
export const avatarKinds = ["exclusive", "generic", "photo"] as const;

export type AvatarKind = (typeof avatarKinds)[number];

/** How its mouth is made; quotas are bought by it. */
export const lipSyncTypes = ["instant", "studio"] as const;

export type LipSyncType = (typeof lipSyncTypes)[number];

/** What one piece of an article is, once its order is confirmed. */
export type Grant =
  | { readonly kind: "quota"; readonly avatar: AvatarKind; readonly type: LipSyncType }
  | { readonly kind: "hours"; readonly seconds: number }
  /** A seat for one device, for calendar months from the confirmation. */
  | { readonly kind: "devices"; readonly months: number }
  /** A pool of seats whose end moves on by calendar months. */
  | { readonly kind: "renewal"; readonly months: number };

/** An article of the purchase page. */
export interface Sku {
  readonly sku: string;
  readonly name: string;
  readonly grant: Grant;
}

/** The purchase page. Prices are a matter between the operator and the customer. */
export const skus: readonly Sku[] = [
  quota("avatar-exclusive-instant", "Avatar Exclusive, Instant Lip-Sync", "exclusive", "instant"),
  quota("avatar-exclusive-studio", "Avatar Exclusive, Studio Lip-Sync", "exclusive", "studio"),
  quota("avatar-generic-instant", "Avatar Generic, Instant Lip-Sync", "generic", "instant"),
  quota("avatar-generic-studio", "Avatar Generic, Studio Lip-Sync", "generic", "studio"),
  quota("avatar-photo-instant", "Avatar Photo, Instant Lip-Sync", "photo", "instant"),
  quota("avatar-photo-studio", "Avatar Photo, Studio Lip-Sync", "photo", "studio"),
  {
    sku: "cloud-hours-100",
    name: "Lightweight cloud service, 100 hours",
    grant: { kind: "hours", seconds: 100 * 3600 },
  },
  { sku: "device-licence", name: "Device licence, a year", grant: { kind: "devices", months: 12 } },
  {
    sku: "device-renewal",
    name: "Renewal of device licences, a year",
    grant: { kind: "renewal", months: 12 },
  },
];

export function skuOf(sku: string): Sku | undefined {
  return skus.find((article) => article.sku === sku);
}

function quota(sku: string, name: string, avatar: AvatarKind, type: LipSyncType): Sku {
  return { sku, name, grant: { kind: "quota", avatar, type } };
}
