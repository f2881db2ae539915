/** The thread on which leaks are located: thousands of solutions of the network, which would keep the centre from everything else. */
import { parentPort, workerData } from "node:worker_threads";
import { createLocator } from "./locate/locator.ts";
import type { LocatingAnswer, LocatingQuestion, LocatingStart } from "./locating.ts";
import { messageOf } from "./model/failure.ts";

const { network, districts } = workerData as LocatingStart;
const answer = (message: LocatingAnswer) => parentPort?.postMessage(message);

try {
  const locator = await createLocator(network, districts);
  parentPort?.on("message", ({ leak, readings }: LocatingQuestion) => {
    try {
      answer({ kind: "location", location: locator.locate(leak, readings) });
    } catch (thrown) {
      answer({ kind: "failed", message: messageOf(thrown) });
    }
  });
  answer({ kind: "ready" });
} catch (thrown) {
  answer({ kind: "failed", message: messageOf(thrown) });
}
