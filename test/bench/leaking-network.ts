/**
 * A "real" network for the localization benchmark: L-Town with roughness and use that its model does not know, customers who use by
 * chance, one leak on a random pipe, and what the sensors of BattLeDIM 2020 would show of it, hour by hour.
 */
import { fileURLToPath } from "node:url";
import { readCentreConfig } from "../../src/config/centre-config.ts";
import type { NetworkSnapshot } from "../../src/hydraulics/network-snapshot.ts";
import type { HourlyReadings } from "../../src/locate/hourly-readings.ts";
import { normalDraws } from "../../src/locate/leak-traces.ts";
import { HOUR_MS } from "../../src/model/clock.ts";
import type { NetworkModel } from "../../src/model/network-model.ts";
import { uniformDraws } from "../../src/model/seeded-random.ts";
import type { District } from "../../src/model/utility.ts";

/** Those that the organizers of BattLeDIM placed. */
const PRESSURE_NODES =
  "n1 n4 n31 n54 n105 n114 n163 n188 n215 n229 n288 n296 n332 n342 n410 n415 n429 n458 n469 n495 n506 n516 n519 n549 n613 n636 n644 n679 n722 n726 n740 n752 n769".split(
    " ",
  );
const FLOW_LINKS = ["p227", "p235", "PUMP_1"];

export const LTOWN_PLACES: NetworkModel["places"] = {
  ...Object.fromEntries(PRESSURE_NODES.map((node) => [node, { node }])),
  ...Object.fromEntries(FLOW_LINKS.map((link) => [link, { link }])),
  t1: { tank: "T1" },
};

/** Areas A and B, which the reservoirs feed, and C behind the pump. */
export function ltownDistricts(): readonly District[] {
  const file = fileURLToPath(new URL("../../config/ltown", import.meta.url));
  const read = readCentreConfig(file);
  if (!read.ok) throw new Error("config/ltown is wrong");
  const linkOf = (sensor: string) => (sensor === "pump-1" ? "PUMP_1" : sensor);
  return read.config.utility.districts.map((district) => ({
    ...district,
    timeZone: "UTC",
    meters: district.meters.map((meter) => ({ ...meter, sensor: linkOf(meter.sensor) })),
  }));
}

/** How the "real" network differs from the model; one standard deviation each. */
export const REALITY = {
  roughnessLog: 0.1,
  useLog: 0.3,
  useByHourLog: 0.5,
  townByHour: 0.04,
  pressureErrorM: 0.02,
  flowErrorShare: 0.005,
} as const;

export interface RandomLeak {
  readonly link: number;
  /** Share of the pipe's length from its first node. */
  readonly along: number;
  readonly m3hAt1M: number;
}

export interface LivedLeak {
  readonly readings: HourlyReadings;
  /** Mean while it runs. */
  readonly leakM3h: number;
}

export interface LeakStory {
  readonly days: number;
  readonly leakDay: number;
  readonly startMs: number;
}

/** A leak that is as likely on every metre of pipe. */
export function randomLeak(network: NetworkSnapshot, pipes: readonly number[], seed: number): RandomLeak {
  const draw = uniformDraws(seed);
  const wantedM = draw() * pipes.reduce((sum, one) => sum + network.links[one]!.lengthM, 0);
  let passedM = 0;
  const link = pipes.find((one) => {
    passedM += network.links[one]!.lengthM;
    return passedM > wantedM;
  })!;
  // Sizes of 5 to 30 m3/h at 50 m, small ones as likely as large ones on a logarithmic scale: those of BattLeDIM's leaks.
  const m3hAt50M = 5 * 6 ** draw();
  return { link, along: draw(), m3hAt1M: m3hAt50M / Math.sqrt(50) };
}

export function liveWithLeak(
  network: NetworkSnapshot,
  leak: RandomLeak,
  story: LeakStory,
  seed: number,
): LivedLeak {
  const normal = normalDraws(seed);
  for (const [at, { isPipe }] of network.links.entries())
    if (isPipe) network.roughen(at, Math.exp(REALITY.roughnessLog * normal()));
  const usesTimes = network.nodes.map(() => Math.exp(REALITY.useLog * normal()));
  const at = (id: string) => network.nodes.findIndex((node) => node.id === id);
  const { from, to } = network.links[leak.link]!;
  const nodes = PRESSURE_NODES.map((id) => ({ sensor: id, node: at(id) }));
  const links = FLOW_LINKS.map((id) => ({
    sensor: id,
    link: network.links.findIndex((link) => link.id === id),
  }));
  const hours = story.days * 24;
  const startsMs = Float64Array.from({ length: hours }, (_, hour) => story.startMs + hour * HOUR_MS);
  const means = new Map(
    [...nodes, ...links, { sensor: "t1" }].map(({ sensor }) => [sensor, new Float64Array(hours)]),
  );
  let lost = 0;
  network.setEmitter(from, 0);
  network.setEmitter(to, 0);
  for (let hour = 0; hour < hours; hour += 1) {
    const usual = network.usualUseM3h(hour % 24);
    const town = 1 + REALITY.townByHour * normal();
    for (const [node, { kind }] of network.nodes.entries())
      if (kind === "junction")
        network.setUse(
          node,
          usual[node]! *
            usesTimes[node]! *
            town *
            Math.exp(REALITY.useByHourLog * normal() - REALITY.useByHourLog ** 2 / 2),
        );
    const leaks = hour >= story.leakDay * 24;
    if (hour === story.leakDay * 24) {
      network.setEmitter(from, leak.m3hAt1M * (1 - leak.along));
      network.setEmitter(to, leak.m3hAt1M * leak.along);
    }
    network.solve();
    for (const { sensor, node } of nodes)
      means.get(sensor)![hour] = network.pressureM(node) + REALITY.pressureErrorM * normal();
    for (const { sensor, link } of links)
      means.get(sensor)![hour] = network.flowM3h(link) * (1 + REALITY.flowErrorShare * normal());
    means.get("t1")![hour] = 3.5;
    if (leaks)
      lost +=
        leak.m3hAt1M *
        ((1 - leak.along) * Math.sqrt(Math.max(0, network.pressureM(from))) +
          leak.along * Math.sqrt(Math.max(0, network.pressureM(to))));
  }
  network.setEmitter(from, 0);
  network.setEmitter(to, 0);
  return { readings: { startsMs, means }, leakM3h: lost / (hours - story.leakDay * 24) };
}
