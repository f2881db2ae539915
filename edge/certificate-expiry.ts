/** Says of each certificate in use that it nears its end, once a day until it is renewed. Pure but for the clock it is handed. */
import type { Notice } from "../src/model/agent.ts";
import type { CertificateReport } from "../src/model/agent-report.ts";
import { type Clock, DAY_MS } from "../src/model/clock.ts";
import { expiringDays } from "./certificate-facts.ts";

export interface CertificateExpiry {
  /** What there is to say of those in use now. */
  look(certificates: readonly CertificateReport[]): readonly Notice[];
}

export function createCertificateExpiry(clock: Clock): CertificateExpiry {
  const saidMs = new Map<string, number>();
  return {
    look(certificates) {
      const timeMs = clock();
      return certificates.flatMap(({ of, owner, fingerprint, subject, notAfterMs }) => {
        const daysLeft = expiringDays(notAfterMs, timeMs);
        const key = `${of} ${fingerprint}`;
        if (daysLeft === undefined || timeMs - (saidMs.get(key) ?? 0) < DAY_MS) return [];
        saidMs.set(key, timeMs);
        const figures = { source: of, owner, daysLeft, validToMs: notAfterMs, fingerprint, subject };
        return [{ timeMs, code: "certificate-expiring", figures }];
      });
    },
  };
}
