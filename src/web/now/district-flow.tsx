/** The live chart of the chosen district: the last 24 hours from history, then each reading as it comes. */
import { useMemo } from "preact/hooks";
import { DAY_MS } from "../../model/clock.ts";
import type { District } from "../../model/utility.ts";
import { chartOf, FlowChart } from "../chart/flow-chart.tsx";
import type { LiveState, Network } from "../live/live-state.ts";
import { useWords } from "../words/language.tsx";

export interface DistrictFlowProps {
  readonly district: District;
  readonly network: Network;
  readonly state: LiveState;
}

export function DistrictFlow({ district, network, state }: DistrictFlowProps) {
  const { utility } = network;
  const { text } = useWords();
  const chart = useMemo(() => chartOf(district, utility, null, text.chart), [district, utility, text]);
  if (chart.meters.length === 0) return <p class="quiet">{text.now.noMeters}</p>;
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
