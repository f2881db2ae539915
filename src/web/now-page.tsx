/** The page Now: what needs somebody, how each district stands, and what flows in the one that was chosen. */
import { useMemo, useState } from "preact/hooks";
import type { Action } from "../model/live.ts";
import { AlarmList } from "./alarm-list.tsx";
import { districtOf } from "./data-health.ts";
import { DistrictFlow } from "./district-flow.tsx";
import { DistrictsTable } from "./districts-table.tsx";
import { LastValues } from "./last-values.tsx";
import type { LiveState, Network } from "./live-state.ts";
import { Stations } from "./stations.tsx";

export interface NowPageProps {
  readonly network: Network;
  readonly state: LiveState;
  readonly act: (action: Action) => void;
}

export function NowPage({ network, state, act }: NowPageProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [opened, setOpened] = useState<string | null>(null);
  const { utility, districts, alarms, sites } = network;
  const district = utility.districts.find(({ id }) => id === chosen) ?? utility.districts[0];

  const open = (alarm: string | null) => {
    setOpened(alarm);
    const subject = alarm === null ? undefined : alarms.get(alarm)?.verdict.subject;
    const about = subject && districtOf(subject, utility);
    if (about) setChosen(about.id);
  };

  // Readings come several times a second and change nothing here: the same tree again costs nothing.
  const table = useMemo(
    () => (
      <DistrictsTable utility={utility} districts={districts} chosen={district?.id} onChoose={setChosen} />
    ),
    [utility, districts, district],
  );
  const stations = useMemo(() => <Stations sites={sites} />, [sites]);

  return (
    <main class={state.link.kind === "lost" ? "now lost" : "now"}>
      <AlarmList network={network} state={state} opened={opened} onOpen={open} act={act} />
      <div class="network">
        {table}
        {district && (
          <section class="panel" aria-labelledby="flow-heading">
            <h2 id="flow-heading">{district.name}: flow of the last 24 h</h2>
            <DistrictFlow key={district.id} district={district} network={network} state={state} />
            <LastValues district={district} network={network} />
          </section>
        )}
        {stations}
      </div>
    </main>
  );
}
