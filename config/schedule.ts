import { Type } from "typebox";

const hot = { apply: "hot", maxItems: 16, default: [] } as const;
const time = Type.String({ pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$" });
const days = Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7 });
const hours = { from: time, to: time, days: Type.Optional(days) };
const id = Type.String({ pattern: "^[a-z0-9-]{1,64}$" });
const volume = Type.Number({ minimum: 0, maximum: 1 });

/** A part of the day, on some days of the week. */
export const hoursSchema = Type.Object(hours, { additionalProperties: false });

/** What changes with the hour, in the time of the place; runtime/schedule says what hours mean. */
export const scheduleSchema = Type.Object(
  {
    screenOff: Type.Array(hoursSchema, {
      ...hot,
      description:
        'When the screen is off, e.g. `{"from":"22:00","to":"07:00","days":[1,2,3,4,5]}`' +
        " (1 Monday); who speaks turns it on",
    }),
    volume: Type.Array(Type.Object({ ...hours, volume }, { additionalProperties: false }), {
      ...hot,
      description: "Volume at certain hours: the same with `volume`; else audio.volume",
    }),
    avatars: Type.Array(Type.Object({ ...hours, id }, { additionalProperties: false }), {
      ...hot,
      description:
        "Who is on stage at certain hours: the same with `id`; a job's `avatar` goes first",
    }),
  },
  { additionalProperties: false, default: {} },
);
