/** Memory and handles over many connections: what one leaves behind, a year of a bad link makes a fault. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { opcuaSchema } from "../../edge/opcua-config.ts";
import { openOpcuaConnection } from "../../edge/opcua-connection.ts";
import { followItems } from "../../edge/opcua-items.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { opcuaSources } from "./opcua-scene.ts";
import { startOpcuaServerProcess } from "./opcua-server-process.ts";

/** As many as a bad link makes in a year with NIGHTFLOW_RECONNECTS=1000. */
const RECONNECTS = Number(process.env.NIGHTFLOW_RECONNECTS ?? 100);
const REPORT = process.env.NIGHTFLOW_RECONNECTS_REPORT;
const WARM_UP = 20;
const ITEMS = 20;
const ROUNDS = 4;
/** A session, client or certificate store kept alive is far more; what the engine itself does with its heap is less, in one round at least. */
const GROWTH_BYTES = 2000;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

test(
  `${RECONNECTS} connections leave neither memory nor handles behind`,
  async () => {
    const folder = await temporaryFolder();
    const variables = Array.from({ length: ITEMS }, (_, i) => `v${i}`);
    const server = await startOpcuaServerProcess({ pkiFolder: join(folder, "server"), variables });
    await server.setAll(1, Date.now());
    const [source] = opcuaSources(server.port, variables).opcua;
    const config = opcuaSchema.parse({ ...source, pkiFolder: join(folder, "pki") });

    async function connectOnce() {
      const connection = await openOpcuaConnection(config, "urn:test:soak", Date.now, () => {});
      const heard = new Set<string>();
      await new Promise<void>((resolve, reject) => {
        followItems(config, connection, Date.now, {
          onValue({ sensor }) {
            heard.add(sensor);
            if (heard.size === ITEMS) resolve();
          },
          onFound() {},
          onLost() {},
          onShortQueue() {},
        }).catch(reject);
      });
      await connection.close();
    }

    async function measure() {
      for (let i = 0; i < 3; i += 1) {
        collect();
        await new Promise(setImmediate);
      }
      return { heapBytes: process.memoryUsage().heapUsed, handles: process.getActiveResourcesInfo().length };
    }

    for (let i = 0; i < WARM_UP; i += 1) await connectOnce();
    const measured = [await measure()];
    for (let round = 0; round < ROUNDS; round += 1) {
      for (let i = 0; i < RECONNECTS / ROUNDS; i += 1) await connectOnce();
      measured.push(await measure());
    }
    const growth = measured.slice(1).map(({ heapBytes }, round) => {
      return ((heapBytes - (measured[round]?.heapBytes ?? 0)) * ROUNDS) / RECONNECTS;
    });
    const said = `heap grew by ${growth.map(Math.round).join(", ")} bytes a connection`;
    expect(Math.min(...growth), said).toBeLessThan(GROWTH_BYTES);
    const handles = measured.map((one) => one.handles);
    if (REPORT) writeFileSync(REPORT, JSON.stringify({ reconnects: RECONNECTS, measured, growth }));
    expect(handles.at(-1), `handles were ${handles}`).toBeLessThanOrEqual((handles[0] ?? 0) + 1);
  },
  Math.max(180_000, 2000 * RECONNECTS),
);
