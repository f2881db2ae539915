/** Puts together how the agent does: what its status tells the centre, and what its figures and its health are read from. */
import type { AgentReport, CertificateReport, SourceReport } from "../src/model/agent-report.ts";
import type { Clock } from "../src/model/clock.ts";
import type { Uplink } from "./mqtt-uplink.ts";
import type { Source } from "./source.ts";
import type { Spool } from "./sqlite-spool.ts";

export interface StandingParts {
  readonly spool: Pick<Spool, "level">;
  readonly sources: () => readonly Source[];
  readonly uplink: () => Pick<Uplink, "certificates" | "clockAhead"> | undefined;
  readonly configuration: () => AgentReport["configuration"];
  readonly clock: Clock;
}

/** Files of certificates are not read more often. */
const CERTIFICATES_MS = 10_000;

export function createAgentStanding(parts: StandingParts): () => AgentReport {
  const { spool, clock } = parts;
  const startedMs = clock();
  const seen = new Map<
    string,
    { readonly atMs: number; readonly certificates: readonly CertificateReport[] }
  >();

  function certificatesOf(of: string, look: () => readonly Omit<CertificateReport, "of">[]) {
    const known = seen.get(of);
    if (known && known.certificates.length > 0 && clock() - known.atMs < CERTIFICATES_MS)
      return known.certificates;
    const certificates = look().map((one) => ({ ...one, of }));
    seen.set(of, { atMs: clock(), certificates });
    return certificates;
  }

  const lackingSinceMs = new Map<string, number>();

  function reportOf({ name, kind, items, standing, lostItems, birthsAsked }: Source): SourceReport {
    const lost = lostItems?.() ?? 0;
    const asked = birthsAsked?.();
    if (lost === 0) lackingSinceMs.delete(name);
    else if (!lackingSinceMs.has(name)) lackingSinceMs.set(name, clock());
    const sinceMs = lackingSinceMs.get(name);
    return {
      name,
      kind,
      ...standing.now(),
      items,
      lostItems: lost,
      ...(sinceMs !== undefined && { lackingSinceMs: sinceMs }),
      ...(asked !== undefined && { birthsAsked: asked }),
    };
  }

  return () => {
    const { heldBatches, heldBytes, maxBytes, diskFull, droppedSamples } = spool.level();
    const sources = parts.sources();
    const uplink = parts.uplink();
    const centre = uplink?.clockAhead();
    return {
      startedMs,
      spool: { heldBatches, heldBytes, maxBytes, diskFull, droppedSamples },
      sources: sources.map(reportOf),
      certificates: [
        ...(uplink ? certificatesOf("uplink", uplink.certificates) : []),
        ...sources.flatMap(({ name, certificates }) =>
          certificates ? certificatesOf(name, certificates) : [],
        ),
      ],
      clocks: [
        ...(centre ? [{ against: "centre", ...centre }] : []),
        ...sources.flatMap(({ name, clockAhead }) => {
          const measured = clockAhead?.();
          return measured ? [{ against: name, ...measured }] : [];
        }),
      ],
      configuration: parts.configuration(),
    };
  };
}
