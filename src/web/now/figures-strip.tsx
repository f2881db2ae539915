/** What is lost now, readable from three metres. */
import { useNow } from "../clock.tsx";
import type { Network } from "../live/live-state.ts";
import { useWords } from "../words/language.tsx";
import { filled } from "../words/words.ts";
import { networkFigures } from "./network-figures.ts";

export function FiguresStrip({ network }: { readonly network: Network }) {
  const { text, flow, money, counted } = useWords();
  const { utility } = network;
  const { lostNowM3h, costPerDay, excessM3h, assessed, staleSensors } = networkFigures(network, useNow());
  return (
    <dl class="figures">
      <div title={text.now.lossNowTitle}>
        <dt>{text.now.lossNow}</dt>
        <dd>{flow(lostNowM3h)}</dd>
        <dd class="beside">{filled(text.now.costNow, { money: money(costPerDay, utility.currency) })}</dd>
      </div>
      <div>
        <dt>{text.now.excessTotal}</dt>
        <dd>{flow(excessM3h)}</dd>
        <dd class="beside">{counted(text.now.excessOf, assessed, { all: utility.districts.length })}</dd>
      </div>
      <div class={staleSensors > 0 ? "some-stale" : ""}>
        <dt>{text.now.silentSensors}</dt>
        <dd>{staleSensors}</dd>
        <dd class="beside">{filled(text.now.ofAll, { all: utility.sensors.length })}</dd>
      </div>
    </dl>
  );
}
