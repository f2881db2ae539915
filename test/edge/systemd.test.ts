/** The agent under systemd: what it says to the service manager, and what its unit keeps from it. */
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { findProgram } from "../support/programs.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startAgentIn, writeAgentConfig } from "./agent-process.ts";
import { until } from "./opcua-scene.ts";

vi.setConfig({ testTimeout: 300_000 });

const unit = fileURLToPath(new URL("../../edge/packaging/nightflow-edge.service", import.meta.url));

/** Node.js cannot listen on a datagram socket of the file system. */
const LISTENER = `
import socket, sys
listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listening.bind(sys.argv[1])
print("listening", flush=True)
while True:
    print(listening.recv(4096).decode(), flush=True)
`;

async function serviceManager(socket: string): Promise<() => string[]> {
  const child = spawn("python3", ["-c", LISTENER, socket], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let heard = "";
  child.stdout.on("data", (chunk) => {
    heard += chunk;
  });
  await until("it listens", () => heard.includes("listening"));
  return () => heard.split("\n").filter((line) => line.includes("="));
}

test.skipIf(!findProgram("python3") || !findProgram("systemd-notify"))(
  "says that it is ready, that it is alive, and that it stops",
  async () => {
    const folder = await temporaryFolder();
    const socket = join(folder, "notify");
    const heard = await serviceManager(socket);
    const config = await writeAgentConfig(folder, "mqtt://127.0.0.1:9", { csv: [] });
    const agent = startAgentIn({ NOTIFY_SOCKET: socket, WATCHDOG_USEC: "600000" }, config);
    await until("it is alive for a while", () => heard().filter((said) => said === "WATCHDOG=1").length >= 3);
    expect(heard()).toContain("READY=1");
    expect(heard()).not.toContain("STOPPING=1");
    expect(await agent.signal("SIGTERM")).toBe(0);
    expect(heard()).toContain("STOPPING=1");
  },
);

test.skipIf(!findProgram("systemd-analyze"))("its unit is hardened: an exposure below 2 of 10", () => {
  const { status, stdout } = spawnSync(
    "systemd-analyze",
    ["security", "--offline=true", "--threshold=20", "--no-pager", unit],
    { encoding: "utf8" },
  );
  expect(stdout).toContain("Overall exposure level");
  expect(status, stdout).toBe(0);
});
