import { createRequire } from "node:module";

/**
 * Has MQTT.js write numbers as they come. With its first packet it would otherwise make a buffer
 * for each number of two bytes, 65,536 of them: 10 MB that a kiosk has better use for.
 */
export function writeNumbersLean(): void {
  const itsOwn = createRequire(createRequire(import.meta.url).resolve("mqtt"));
  const packets = itsOwn("mqtt-packet") as { writeToStream: { cacheNumbers: boolean } };
  packets.writeToStream.cacheNumbers = false;
}
