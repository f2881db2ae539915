/**
 * The demo's pumping station, a process of its own: a real OPC UA server whose variables follow the simulated world, with the time
 * of reading as source time. Open to everyone, so it listens on loopback alone.
 *
 *   node src/demo/opcua-station.ts --port 4850 --world data/demo/world.json
 *
 * Says "ready ENDPOINT" on standard output once it answers.
 */
import { parseArgs } from "node:util";
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import { DataType, MessageSecurityMode, SecurityPolicy, StatusCodes } from "node-opcua-client";
import { OPCUAServer } from "node-opcua-server";
import { Failure, messageOf } from "../model/failure.ts";
import { arrivals } from "./arrivals.ts";
import { STATION_NAMESPACE, STATION_VARIABLES } from "./demo-sites.ts";
import { liveWorld, readWorld } from "./demo-world.ts";
import { type LiveRhythm, startLiveRhythm } from "./live-rhythm.ts";

const HOST = "127.0.0.1";

const { values: given } = parseArgs({
  options: {
    port: { type: "string", default: "4850" },
    pki: { type: "string", default: "data/demo/station-pki" },
    world: { type: "string", default: "data/demo/world.json" },
  },
});

function createServer(port: number, pkiFolder: string): OPCUAServer {
  const certificates = new OPCUACertificateManager({ rootFolder: pkiFolder });
  return new OPCUAServer({
    host: HOST,
    hostname: HOST,
    port,
    serverCertificateManager: certificates,
    userCertificateManager: certificates,
    securityModes: [MessageSecurityMode.None],
    securityPolicies: [SecurityPolicy.None],
    allowAnonymous: true,
    buildInfo: { productName: "Kilima pumping station (demo)" },
  });
}

/** Adds the station's variables and keeps them at what the town's meters read. */
async function followWorld(server: OPCUAServer, worldFile: string): Promise<LiveRhythm> {
  const simulation = await liveWorld(readWorld(worldFile));
  const addressSpace = server.engine.addressSpace;
  if (!addressSpace)
    throw new Failure("no-address-space", "the OPC UA server has not built its address space");
  const namespace = addressSpace.registerNamespace(STATION_NAMESPACE);
  const station = namespace.addFolder(addressSpace.rootFolder.objects, { browseName: "Kilima" });
  const objects = new Map(
    [...new Set(STATION_VARIABLES.map(({ object }) => object))].map((object) => [
      object,
      namespace.addObject({ browseName: object, nodeId: `s=${object}`, organizedBy: station }),
    ]),
  );
  const variables = STATION_VARIABLES.map(({ sensor, object, name, unit, factor }) => {
    const variable = namespace.addVariable({
      componentOf: objects.get(object),
      nodeId: `s=${object}.${name}`,
      browseName: name,
      description: unit,
      dataType: DataType.Double,
      accessLevel: "CurrentRead",
      minimumSamplingInterval: 0,
    });
    return { variable, sensor, factor };
  });
  const arriving = arrivals(simulation);
  const read = (nowMs: number) => {
    for (const { variable, sensor, factor } of variables) {
      for (const { timeMs, value } of arriving(sensor, nowMs)) {
        const converted = { dataType: DataType.Double, value: value * factor };
        variable.setValueFromSource(converted, StatusCodes.Good, new Date(timeMs));
      }
      // The controller answers for an instrument that does not: without a value, and saying so.
      if (simulation.reading(sensor, nowMs) === null)
        variable.setValueFromSource(
          { dataType: DataType.Null },
          StatusCodes.BadNoCommunication,
          new Date(nowMs),
        );
    }
  };
  return startLiveRhythm({ worldFile, simulation, read });
}

try {
  const server = createServer(Number(given.port), given.pki);
  await server.initialize();
  // Before it answers: an agent that connects at once must find every variable.
  const rhythm = await followWorld(server, given.world);
  process.once("SIGTERM", () => {
    rhythm.stop();
    server.shutdown(0).then(() => process.exit(0));
  });
  await server.start();
  process.stdout.write(`ready opc.tcp://${HOST}:${server.endpoints[0]?.port}\n`);
} catch (thrown) {
  const taken = messageOf(thrown).includes("EADDRINUSE");
  process.stderr.write(taken ? `port ${given.port} is in use\n` : `${messageOf(thrown)}\n`);
  process.exit(1);
}
