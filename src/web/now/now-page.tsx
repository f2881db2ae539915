/** The page Now: what needs somebody, how each district stands, and what flows in the one that was chosen. */

import { useMemo, useState } from "preact/hooks";
import type { Utility } from "../../model/utility.ts";
import { AlarmList } from "../alarms/alarm-list.tsx";
import { districtOf } from "../data-health.ts";
import { lazily } from "../shell/lazily.tsx";
import type { PageProps } from "../shell/page.ts";
import { hrefOf } from "../shell/routing.tsx";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import { DistrictsTable } from "./districts-table.tsx";
import { FiguresStrip } from "./figures-strip.tsx";
import { LastValues } from "./last-values.tsx";
import { Stations } from "./stations.tsx";

/** Charts come after the figures: on a slow link a drawn line can wait. */
const NetworkMap = lazily(() => import("../map/network-map.tsx").then((module) => module.NetworkMap));
const DistrictFlow = lazily(() => import("./district-flow.tsx").then((module) => module.DistrictFlow));

export default function NowPage({ network, state, act }: PageProps) {
  const { text } = useWords();
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
    <div class="now">
      <div class="needs">
        <AlarmList network={network} state={state} opened={opened} onOpen={open} act={act} />
        {hasPlaces(utility) && (
          <section class="panel" aria-labelledby="map-heading">
            <h2 id="map-heading">{text.now.map}</h2>
            <NetworkMap network={network} chosen={district?.id ?? null} onChoose={setChosen} />
          </section>
        )}
      </div>
      <div class="network">
        <FiguresStrip network={network} />
        {table}
        {district && (
          <section class="panel" aria-labelledby="flow-heading">
            <div class="heading-line">
              <h2 id="flow-heading">{filled(text.now.flowOfDay, { district: district.name })}</h2>
              <a href={hrefOf(["district", district.id])}>{text.now.openDistrict}</a>
            </div>
            <DistrictFlow key={district.id} district={district} network={network} state={state} />
            <LastValues district={district} network={network} />
          </section>
        )}
        {stations}
      </div>
    </div>
  );
}

/** A map of nothing helps nobody. */
function hasPlaces({ districts, sensors }: Utility): boolean {
  return (
    districts.some(({ outline, position }) => outline ?? position) || sensors.some(({ position }) => position)
  );
}
