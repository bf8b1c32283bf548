import type { Reached, Step } from "../../../drivers/reach/reach.ts";
import type { FindingCode } from "../catalogue.ts";
import { type Finding, finding } from "../finding.ts";
import type { World } from "../world.ts";

const dayMs = 24 * 3600_000;
const certificateDaysMin = 30;

/** The first step on the way to the broker that fails, and what its certificate foretells. */
export function checkNetwork({ config, board, reached }: World): readonly Finding[] {
  if (reached === undefined) return [];
  const url = config.broker.url;
  const certificate = ofCertificate(reached, board.clock.wallMs);
  const dated = certificate.some(({ severity }) => severity === "critical");
  const { failed } = reached;
  // What is wrong with the certificate says more than that TLS failed over it.
  if (!failed || (dated && failed.step === "tls")) return certificate;
  const evidence = { url, passed: reached.passed.join(" "), reason: failed.reason };
  return [finding(codes[failed.step], evidence), ...certificate];
}

const codes: Readonly<Record<Step, FindingCode>> = {
  dns: "BROKER_DNS",
  tcp: "BROKER_TCP",
  tls: "BROKER_TLS",
  connack: "BROKER_REFUSED",
  subscribe: "BROKER_ACL_SUBSCRIBE",
  publish: "BROKER_ACL_PUBLISH",
};

function ofCertificate({ certificate }: Reached, wallMs: number): Finding[] {
  if (certificate === undefined) return [];
  const { fromMs, untilMs } = certificate;
  const daysLeft = Math.floor((untilMs - wallMs) / dayMs);
  if (wallMs > untilMs) return [finding("BROKER_CERTIFICATE_EXPIRED", { daysLeft })];
  if (wallMs < fromMs) {
    const daysToWait = Math.ceil((fromMs - wallMs) / dayMs);
    return [finding("BROKER_CERTIFICATE_EARLY", { daysToWait })];
  }
  return daysLeft < certificateDaysMin ? [finding("BROKER_CERTIFICATE_ENDS", { daysLeft })] : [];
}
