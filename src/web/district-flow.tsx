/** The live chart of the chosen district: the last 24 hours from history, then each reading as it comes. */
import { useMemo } from "preact/hooks";
import { DAY_MS } from "../model/clock.ts";
import type { District } from "../model/utility.ts";
import { chartOf, FlowChart } from "./flow-chart.tsx";
import type { LiveState, Network } from "./live-state.ts";

export interface DistrictFlowProps {
  readonly district: District;
  readonly network: Network;
  readonly state: LiveState;
}

export function DistrictFlow({ district, network, state }: DistrictFlowProps) {
  const { utility } = network;
  const chart = useMemo(() => chartOf(district, utility, null), [district, utility]);
  if (chart.meters.length === 0) return <p class="quiet">This district has no meters.</p>;
  return (
    <FlowChart
      chart={chart}
      district={district}
      spanMs={DAY_MS}
      alarm={null}
      network={network}
      state={state}
      heightPx={260}
    />
  );
}
