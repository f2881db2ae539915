/** The agent of the demo's station is told right: every variable of the station, by its name and in its unit. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadAgentConfig } from "../../edge/agent-config.ts";
import { MQTT_METERS, STATION_NAMESPACE, STATION_VARIABLES } from "../../src/demo/demo-sites.ts";
import { ziwani } from "../../src/demo/ziwani.ts";

test("its configuration names the station's variables and nothing else", () => {
  const file = fileURLToPath(new URL("../../config/demo/edge-kilima-station.yaml", import.meta.url));
  const loaded = loadAgentConfig(file);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
  const items = loaded.config.sources.opcua[0]!.items.map(({ node, sensor, unit }) => ({
    node,
    sensor,
    unit,
  }));
  expect(items).toEqual(
    STATION_VARIABLES.map(({ sensor, object, name, unit }) => ({
      node: `nsu=${STATION_NAMESPACE};s=${object}.${name}`,
      sensor,
      unit,
    })),
  );
});

test("every meter of the town is read by the station or publishes by itself", () => {
  const read = [...STATION_VARIABLES.map(({ sensor }) => sensor), ...MQTT_METERS];
  expect(read.sort()).toEqual(
    ziwani()
      .sensors.map(({ id }) => id)
      .sort(),
  );
});
