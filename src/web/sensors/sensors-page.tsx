/** The page Sensors and agents: the register of meters, how each agent does, and readings taken by hand. */
import { useMemo } from "preact/hooks";
import { useNow } from "../clock.tsx";
import type { PageProps } from "../shell/page.ts";
import { AgentsPanel } from "./agents-panel.tsx";
import { NoticesPanel } from "./notices-panel.tsx";
import { OneSensor } from "./one-sensor.tsx";
import { RegisterPanel } from "./register-panel.tsx";
import "./sensors-page.css";

/** Ages in the register need not be newer than this. */
const LOOK_EVERY_MS = 2_000;

export default function SensorsPage({ network, rest }: PageProps) {
  const look = Math.floor(useNow() / LOOK_EVERY_MS);
  const [opened] = rest;
  // Readings come several times a second; a register of hundreds of sensors is drawn anew every other.
  const shown = useMemo(() => network, [look, network.sites, network.districts, network.utility]);
  const nowMs = look * LOOK_EVERY_MS;
  if (opened !== undefined)
    return (
      <div class="sensors-page">
        <OneSensor id={opened} network={network} />
      </div>
    );
  return (
    <div class="sensors-page">
      <RegisterPanel network={shown} nowMs={nowMs} />
      <AgentsPanel sites={shown.sites} nowMs={nowMs} />
      <NoticesPanel utility={network.utility} />
    </div>
  );
}
