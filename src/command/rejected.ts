/** nightflow rejected: what the centre turned away, for a person to look at and to have tried again. */
import { readFileSync } from "node:fs";
import { agentsMustLogIn } from "../admission.ts";
import type { CentreConfig } from "../config/centre-config.ts";
import { markRetried, readRejected } from "../ingest/jsonl-rejected-reading.ts";
import type { RejectedEntry } from "../ingest/rejection.ts";
import { seriesToRetry } from "../ingest/retry.ts";
import type { UncheckedSeries } from "../ingest/telemetry-decoder.ts";
import { Failure } from "../model/failure.ts";
import { granted, withAccounts } from "./account.ts";
import type { Command, FlagValues } from "./arguments.ts";
import { configurationIn } from "./configuration.ts";
import { sendBatches } from "./mqtt-batch-sender.ts";

/** The site under which what is tried again comes in. */
const SITE = "retry";
const BATCH_SAMPLES = 5_000;
const SHOWN = 20;

const ACTIONS: Readonly<Record<string, (config: CentreConfig, values: FlagValues) => Promise<number>>> = {
  list,
  show,
  retry,
};

export const rejected: Command = {
  summary: "lists, shows or tries again what the centre turned away",
  words: ["list|show|retry", "[ID]"],
  flags: { config: { value: "DIR", required: true }, reason: { value: "REASON" }, all: {} },
  async run(values) {
    const action = ACTIONS[values.words[0] ?? "list"];
    if (!action) {
      throw new Failure("wrong-arguments", `"${values.words[0]}" is none of list, show and retry`);
    }
    return action(configurationIn(values.must("config")), values);
  },
};

async function list({ server }: CentreConfig, values: FlagValues): Promise<number> {
  const { entries, unreadable } = await readRejected(server.dataFolder);
  const chosen = chosenOf(entries, values);
  const counts = new Map<string, number>();
  for (const { reason } of chosen) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const shown = values.has("all") ? chosen : chosen.slice(-SHOWN);
  for (const { id, timeMs, reason, topic, detail } of shown) {
    console.log(`${id}  ${new Date(timeMs).toISOString()}  ${reason}  ${topic}  ${firstLine(detail)}`);
  }
  if (shown.length < chosen.length) console.log(`and ${chosen.length - shown.length} before them (--all)`);
  const sums = [...counts].map(([reason, count]) => `${count} ${reason}`).join(", ");
  console.log(chosen.length === 0 ? "nothing is rejected" : `${chosen.length} rejected: ${sums}`);
  if (unreadable > 0) console.log(`${unreadable} lines cannot be read`);
  return 0;
}

async function show({ server }: CentreConfig, values: FlagValues): Promise<number> {
  const { entries } = await readRejected(server.dataFolder);
  const { payload, ...entry } = oneOf(entries, values.words[1]);
  console.log(JSON.stringify(entry, null, 2));
  if (payload !== undefined) console.log(Buffer.from(payload, "base64").toString());
  return 0;
}

async function retry(config: CentreConfig, values: FlagValues): Promise<number> {
  const { server, utility } = config;
  const { entries } = await readRejected(server.dataFolder);
  const id = values.words[1];
  if (id === undefined && !values.has("all") && values.text("reason") === undefined) {
    throw new Failure("wrong-arguments", "say what to retry: an ID, --reason REASON or --all");
  }
  const chosen = id === undefined ? chosenOf(entries, values) : [oneOf(entries, id)];
  const rules = {
    sensors: new Map(utility.sensors.map((sensor) => [sensor.id, sensor])),
    devices: server.devices,
  };
  const sent: string[] = [];
  const series: UncheckedSeries[] = [];
  for (const entry of chosen) {
    const found = seriesToRetry(entry, rules);
    if (typeof found === "string") console.log(`${entry.id} cannot be retried: ${firstLine(found)}`);
    else {
      series.push(...found);
      sent.push(entry.id);
    }
  }
  if (sent.length > 0) await sendToCentre(config, batchesOf(series));
  await markRetried(server.dataFolder, sent);
  console.log(`${sent.length} of ${chosen.length} sent again; what is still wrong with them is listed anew`);
  return sent.length === chosen.length ? 0 : 1;
}

function chosenOf(entries: readonly RejectedEntry[], values: FlagValues): readonly RejectedEntry[] {
  const reason = values.text("reason");
  return reason === undefined ? entries : entries.filter((entry) => entry.reason === reason);
}

function oneOf(entries: readonly RejectedEntry[], id: string | undefined): RejectedEntry {
  const found = entries.find((entry) => entry.id === id);
  if (found) return found;
  throw new Failure(
    "no-such-entry",
    id === undefined ? "say which: an ID of the list" : `there is no entry ${id}`,
  );
}

function batchesOf(series: readonly UncheckedSeries[]): { readonly series: UncheckedSeries[] }[] {
  const batches: { readonly series: UncheckedSeries[] }[] = [];
  let samples = BATCH_SAMPLES;
  for (const one of series) {
    if (samples >= BATCH_SAMPLES) {
      batches.push({ series: [] });
      samples = 0;
    }
    batches.at(-1)?.series.push(one);
    samples += one.t.length;
  }
  return batches;
}

/** Sends over the broker the centre listens on; to an embedded one that asks for credentials under some of this moment's own. */
async function sendToCentre(
  config: CentreConfig,
  batches: readonly { readonly series: readonly unknown[] }[],
): Promise<void> {
  const { broker } = config.server;
  const route = { utility: config.utility.id, site: SITE };
  if (broker.kind === "external") {
    return sendBatches(
      {
        ...route,
        url: broker.url,
        user: broker.username,
        password: broker.passwordFile && readFileSync(broker.passwordFile, "utf8").trim(),
        authority: broker.caFile && readFileSync(broker.caFile, "utf8"),
      },
      batches,
    );
  }
  const { host, port, tls } = broker;
  const url = `${tls ? "mqtts" : "mqtt"}://${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}`;
  const embedded = { ...route, url, authority: tls && readFileSync(tls.certFile, "utf8"), isPinned: true };
  if (!agentsMustLogIn(broker)) return sendBatches(embedded, batches);
  await withAccounts(config, async (accounts, author) => {
    accounts.removeAgent(SITE, author);
    const { secret } = granted(accounts.addAgent({ site: SITE, publish: [], subscribe: [] }, author));
    try {
      await sendBatches({ ...embedded, user: SITE, password: secret }, batches);
    } finally {
      accounts.removeAgent(SITE, author);
    }
  });
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
