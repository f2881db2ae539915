/** Memory and handles over many connections: what one leaves behind, a year of a bad link makes a fault. */
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

const RECONNECTS = 100;
const WARM_UP = 20;
const ITEMS = 20;
/** 2 kB a connection: any session, client or monitored item kept alive is far more. */
const GROWTH_BYTES = 2000 * RECONNECTS;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

test(`${RECONNECTS} connections leave neither memory nor handles behind`, async () => {
  const folder = await temporaryFolder();
  const variables = Array.from({ length: ITEMS }, (_, i) => `v${i}`);
  const server = await startOpcuaServerProcess({ pkiFolder: join(folder, "server"), variables });
  await server.setAll(1, Date.now());
  const [source] = opcuaSources(server.port, variables).opcua;
  const config = opcuaSchema.parse({ ...source, pkiFolder: join(folder, "pki") });

  async function connectOnce() {
    const connection = await openOpcuaConnection(config, "urn:test:soak", Date.now);
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

  function measure() {
    collect();
    return { heapBytes: process.memoryUsage().heapUsed, handles: process.getActiveResourcesInfo().length };
  }

  for (let i = 0; i < WARM_UP; i += 1) await connectOnce();
  const before = measure();
  for (let i = 0; i < RECONNECTS; i += 1) await connectOnce();
  const after = measure();
  const grownBytes = after.heapBytes - before.heapBytes;
  process.stderr.write(`heap grew by ${Math.round(grownBytes / RECONNECTS)} bytes a connection\n`);
  expect(grownBytes).toBeLessThan(GROWTH_BYTES);
  expect(after.handles).toBeLessThanOrEqual(before.handles + 1);
}, 180_000);
