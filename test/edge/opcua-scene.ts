/** What the OPC UA tests share: a configuration of flows at a test server, and what a centre was told of them. */
import { until as untilWithin } from "../support/waiting.ts";
import { type FakeCentre, startFakeCentre, startTestBroker } from "./fake-centre.ts";
import { METERS_URI } from "./opcua-server-process.ts";

export const START_MS = Date.UTC(2026, 0, 1);

export function opcuaSources(port: number, names: readonly string[], more: object = {}) {
  const items = names.map((name) => ({
    node: `nsu=${METERS_URI};s=${name}`,
    sensor: name,
    quantity: "flow",
    unit: "L/s",
    samplingMs: 0,
  }));
  const server = {
    name: "plc",
    endpoint: `opc.tcp://127.0.0.1:${port}`,
    publishingMs: 50,
    retryMs: 200,
    items,
  };
  return { opcua: [{ ...server, securityMode: "None", ...more }] };
}

export function noticesOf(centre: FakeCentre): string[] {
  return centre.stored
    .flatMap((message) => message.notices ?? [])
    .map(({ code, sensor }) => (sensor ? `${code} ${sensor}` : code));
}

export function lastOf(centre: FakeCentre, sensor: string) {
  const series = centre.stored.flatMap((message) => message.series).filter((one) => one.sensor === sensor);
  const last = series.at(-1);
  return last && { t: last.t.at(-1), v: last.v.at(-1), q: last.q?.at(-1) };
}

export async function startCentre(clock?: () => number) {
  const { url } = await startTestBroker();
  return { url, centre: await startFakeCentre({ url, ...(clock && { clock }) }) };
}

/** Figures of the last notice with this code. */
export function figuresOf(
  centre: FakeCentre,
  code: string,
): Readonly<Record<string, number | string>> | undefined {
  const told = centre.stored.flatMap((message) => message.notices ?? []);
  return told.filter((notice) => notice.code === code).at(-1)?.figures;
}

/** Three processes have to start and meet, on a machine that may be busy with others. */
export function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  deadlineMs = 90_000,
): Promise<void> {
  return untilWithin(what, holds, deadlineMs);
}
