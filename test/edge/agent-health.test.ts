/** What the agent says of itself by rule: health, clocks, certificates, levels. No process, no clock but the test's. */
import { describe, expect, test } from "vitest";
import { unhealthyReasons } from "../../edge/agent-health.ts";
import { createAgentWatch } from "../../edge/agent-watch.ts";
import { createClockSkew } from "../../edge/clock-skew.ts";
import type { AgentReport, SourceReport } from "../../src/model/agent-report.ts";
import { DAY_MS, MINUTE_MS } from "../../src/model/clock.ts";
import { agentReport } from "./agent-reports.ts";

const NOW_MS = Date.UTC(2026, 2, 1);
const health = { unacknowledgedMs: 60_000, sourceLostMs: 5000, spoolShare: 0.8, clockToleranceMs: 10_000 };
const spool = { heldBatches: 1, heldBytes: 10, maxBytes: 100, diskFull: false, droppedSamples: 0 };

function source(over: Partial<SourceReport>): SourceReport {
  const plain = { name: "plc", kind: "opcua" as const, state: "connected" as const, sinceMs: 0 };
  return { ...plain, lastValueMs: null, items: 2, lostItems: 0, ...over };
}

function codes(over: Partial<AgentReport>, waitingSinceMs: number | null = null, refused?: string) {
  const figures = { report: agentReport(over), waitingSinceMs, refused };
  return unhealthyReasons(figures, health, NOW_MS).map(({ code }) => code);
}

describe("health", () => {
  test("all is well", () => {
    expect(codes({ spool, sources: [source({})] }, NOW_MS - 60_000)).toEqual([]);
    expect(codes({ sources: [source({ state: "exhausted", kind: "csv" })] })).toEqual([]);
  });

  test("each reason has its own code", () => {
    expect(codes({}, NOW_MS - 60_001)).toEqual(["not-acknowledged"]);
    expect(codes({}, null, "cannot write")).toEqual(["spool-refused"]);
    expect(codes({ spool: { ...spool, diskFull: true } })).toEqual(["disk-full"]);
    expect(codes({ spool: { ...spool, heldBytes: 80 } })).toEqual(["spool-filling"]);
    expect(codes({ sources: [source({ state: "lost", sinceMs: NOW_MS - 5000 })] })).toEqual(["source-lost"]);
    expect(codes({ sources: [source({ state: "lost", sinceMs: NOW_MS - 4999 })] })).toEqual([]);
    expect(codes({ sources: [source({ state: "failed", kind: "csv" })] })).toEqual(["source-failed"]);
    expect(codes({ sources: [source({ lostItems: 1 })] })).toEqual(["items-lost"]);
    const lacking = (lackingSinceMs: number) =>
      codes({ sources: [source({ lostItems: 1, lackingSinceMs })] });
    expect(lacking(NOW_MS - 4999)).toEqual([]);
    expect(lacking(NOW_MS - 5000)).toEqual(["items-lost"]);
    expect(codes({ clocks: [{ against: "centre", aheadMs: -10_001, measuredMs: 0 }] })).toEqual([
      "clock-skew",
    ]);
    expect(codes({ configuration: { loadedMs: 0, refused: "agent.yaml:2: ..." } })).toEqual([
      "configuration-refused",
    ]);
    const ended = { of: "uplink", owner: "agent" as const, subject: "CN=a", fingerprint: "AB" };
    expect(codes({ certificates: [{ ...ended, notAfterMs: NOW_MS }] })).toEqual(["certificate-ended"]);
  });
});

describe("clocks", () => {
  test("of several looks the one that came soonest counts", () => {
    const skew = createClockSkew();
    expect(skew.now()).toBeUndefined();
    for (const delayMs of [900, 40, 3000]) skew.measured({ answeredMs: 50_000 + delayMs, otherMs: 20_000 });
    expect(skew.now()).toEqual({ aheadMs: 30_040, measuredMs: 50_040 });
  });

  test("an answer to a question is taken to have been given half way", () => {
    const skew = createClockSkew();
    skew.measured({ askedMs: 1000, answeredMs: 2000, otherMs: 1500 });
    expect(skew.now()?.aheadMs).toBe(0);
  });

  test("a clock that was set right is seen right after the looks before it are forgotten", () => {
    const skew = createClockSkew();
    skew.measured({ answeredMs: -5000, otherMs: 0 });
    for (let i = 0; i < 8; i += 1) skew.measured({ answeredMs: 100, otherMs: 0 });
    expect(skew.now()?.aheadMs).toBe(100);
  });
});

describe("what is told", () => {
  function watching() {
    const clock = { ms: NOW_MS };
    const watch = createAgentWatch(
      () => health,
      () => clock.ms,
    );
    const look = (over: Partial<AgentReport>, connected = true) =>
      watch.look(agentReport(over), connected).map(({ code }) => code);
    return { clock, look };
  }

  test("a spool that fills and is relieved, each once", () => {
    const { look } = watching();
    const at = (heldBytes: number) => look({ spool: { ...spool, heldBytes } });
    expect([at(79), at(80), at(90), at(70), at(63), at(79), at(85)]).toEqual([
      [],
      ["spool-filling"],
      [],
      [],
      ["spool-relieved"],
      [],
      ["spool-filling"],
    ]);
  });

  test("a clock that is off and right again", () => {
    const { look } = watching();
    const at = (aheadMs: number) => look({ clocks: [{ against: "plc", aheadMs, measuredMs: NOW_MS }] });
    expect([at(10_000), at(-10_001), at(-20_000), at(3)]).toEqual([[], ["clock-skew"], [], ["clock-right"]]);
  });

  test("a certificate near its end, once a day until it is another", () => {
    const { clock, look } = watching();
    const old = { of: "plc", owner: "server" as const, subject: "CN=plc", fingerprint: "AB" };
    const ends = { certificates: [{ ...old, notAfterMs: NOW_MS + 29 * DAY_MS }] };
    expect([look(ends), look(ends)]).toEqual([["certificate-expiring"], []]);
    clock.ms += DAY_MS;
    expect(look(ends)).toEqual(["certificate-expiring"]);
    clock.ms += DAY_MS;
    expect(
      look({ certificates: [{ ...old, fingerprint: "CD", notAfterMs: NOW_MS + 400 * DAY_MS }] }),
    ).toEqual([]);
  });

  test("an outage of the uplink when it is over, unless it was short", () => {
    const { clock, look } = watching();
    expect(look({}, false)).toEqual([]);
    clock.ms += MINUTE_MS;
    expect(look({})).toEqual(["uplink-outage"]);
    expect(look({}, false)).toEqual([]);
    clock.ms += MINUTE_MS - 1;
    expect(look({})).toEqual([]);
  });
});
