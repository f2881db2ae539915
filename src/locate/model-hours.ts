/**
 * What the model says the sensors should read when the districts take in what their meters showed: use is spread as the INP spreads it,
 * scaled until each district uses what was measured.
 */
import type { NetworkSnapshot } from "../hydraulics/network-snapshot.ts";
import type { MeteredNetwork } from "./metered-network.ts";

/** What the meters showed in one hour. */
export interface MeasuredHour {
  /** Of the day, by the wall clock. */
  readonly hour: number;
  /** m3/h net into each district of the network, in its order; NaN when not known. */
  readonly useM3h: readonly number[];
  /** m3/h of each link that fills a tank, in the network's order; NaN when not known. */
  readonly fillsM3h: readonly number[];
  /** m of each tank with a level sensor, in the network's order; NaN when not known. */
  readonly levelsM: readonly number[];
}

/** Water that leaves at a node beside the use, m3/h. */
export interface Withdrawal {
  readonly node: number;
  readonly m3h: number;
}

/** Leakage that depends on pressure is part of what a district uses: the use is brought to the measured total in so many rounds. */
const MOST_ROUNDS = 3;
/** Of a district's use: nearer than any meter reads. */
const NEAR_ENOUGH = 2e-4;

export interface ModelHours {
  /** Solves the hour, and leaves the network solved. A district's withdrawals are part of its measured use. */
  solve(hour: MeasuredHour, withdrawal?: Withdrawal): void;
  /** Pressures, then flows, in the order of the metered network. */
  readings(): Float64Array;
}

/** From here on the network is the model's alone. */
export function modelHours(network: NetworkSnapshot, metered: MeteredNetwork): ModelHours {
  for (const { at } of metered.fills) network.shut(at);
  const districtOf = new Int32Array(network.nodes.length).fill(-1);
  for (const [district, { nodes }] of metered.districts.entries())
    for (const node of nodes) districtOf[node] = district;
  /** What leaves a district by the model beside its use, from the last solution: leakage of the INP. */
  const leakagesM3h = metered.districts.map(() => 0);
  /** The use last set, so that only what changes is told to EPANET. */
  const use = new Float64Array(network.nodes.length).fill(Number.NaN);
  const wanted = new Float64Array(network.nodes.length);

  /** Times its usual use that each district uses; what a meter shows too little of cannot be use that flows back. */
  function scalesOf(
    { useM3h }: MeasuredHour,
    usual: Float64Array,
    withdrawal?: Withdrawal,
  ): readonly number[] {
    return metered.districts.map(({ nodes }, at) => {
      const base = nodes.reduce((sum, node) => sum + usual[node]!, 0);
      const withdrawn = withdrawal && districtOf[withdrawal.node] === at ? withdrawal.m3h : 0;
      const left = useM3h[at]! - leakagesM3h[at]! - withdrawn;
      return Number.isNaN(left) || base <= 0 ? 1 : Math.max(0, left / base);
    });
  }

  function spread(
    hour: MeasuredHour,
    scales: readonly number[],
    usual: Float64Array,
    withdrawal?: Withdrawal,
  ): void {
    for (let node = 0; node < wanted.length; node += 1)
      wanted[node] = usual[node]! * (scales[districtOf[node]!] ?? 1);
    if (withdrawal) wanted[withdrawal.node]! += withdrawal.m3h;
    for (const [at, m3h] of hour.fillsM3h.entries()) {
      const { from, to } = network.links[metered.fills[at]!.at]!;
      if (Number.isNaN(m3h)) continue;
      wanted[from]! += m3h;
      wanted[to]! -= m3h;
    }
    for (let node = 0; node < wanted.length; node += 1) {
      if (network.nodes[node]!.kind !== "junction" || wanted[node] === use[node]) continue;
      use[node] = wanted[node]!;
      network.setUse(node, use[node]!);
    }
  }

  /** Whether the districts now use what was measured. */
  function learnLeakages({ useM3h }: MeasuredHour): boolean {
    const outflows = network.outflowsM3h();
    let near = true;
    for (const [at, { nodes }] of metered.districts.entries()) {
      let leakage = 0;
      for (const node of nodes)
        if (network.nodes[node]!.kind === "junction") leakage += outflows[node]! - use[node]!;
      if (Math.abs(leakage - leakagesM3h[at]!) > NEAR_ENOUGH * Math.abs(useM3h[at]!)) near = false;
      leakagesM3h[at] = leakage;
    }
    return near;
  }

  return {
    solve(hour, withdrawal) {
      for (const [at, levelM] of hour.levelsM.entries())
        if (!Number.isNaN(levelM)) network.setLevel(metered.levels[at]!.at, levelM);
      const usual = network.usualUseM3h(hour.hour);
      for (let round = 0; round < MOST_ROUNDS; round += 1) {
        spread(hour, scalesOf(hour, usual, withdrawal), usual, withdrawal);
        network.solve();
        if (learnLeakages(hour)) return;
      }
    },
    readings: () =>
      Float64Array.from([
        ...metered.pressures.map(({ at }) => network.pressureM(at)),
        ...metered.flows.map(({ at }) => network.flowM3h(at)),
      ]),
  };
}
