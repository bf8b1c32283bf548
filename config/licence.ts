import { Type } from "typebox";

const local = { apply: "local" } as const;

/** The keys below `licence`: who may lease this device, and whom it asks to. */
export const licenceKeys = {
  signers: Type.Array(Type.String({ pattern: "^[A-Za-z0-9+/]{43}=$" }), {
    ...local,
    maxItems: 16,
    default: [],
    description: "Public keys (Ed25519, base64) of who may sign leases; none: none is asked for",
  }),
  url: Type.Optional(
    Type.String({
      ...local,
      pattern: "^https?://",
      maxLength: 2048,
      description:
        "The studio that renews leases: https://studio.example (http on this board alone)",
    }),
  ),
  caFile: Type.Optional(
    Type.String({
      ...local,
      minLength: 1,
      description: "Certificates (PEM) of who may vouch for that studio; absent: the system's",
    }),
  ),
  application: Type.Optional(
    Type.String({
      ...local,
      pattern: "^[a-z0-9.-]{1,64}$",
      description: "The application that this device is for, where leases are per application",
    }),
  ),
};
