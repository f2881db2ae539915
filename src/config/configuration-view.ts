/** Reads the configuration's folder again whenever somebody looks at it: what `nightflow check` would say now, and what changed since the start. */
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { ConfigurationView } from "../model/configuration-view.ts";
import { readCentreConfig } from "./centre-config.ts";

const FILES = [
  "utility.yaml",
  "alarms.yaml",
  "works.yaml",
  "calendar.yaml",
  "notifications.yaml",
  "detection.yaml",
  "server.yaml",
  "recording.yaml",
];

/** Hands back how to look; what is in the folder now counts as what the centre runs on. */
export function configurationViewOf(folder: string): () => ConfigurationView {
  const atStart = textsIn(folder);
  return () => {
    const now = textsIn(folder);
    const result = readCentreConfig(folder);
    const names = FILES.filter((name) => now.has(name) || atStart.has(name));
    return {
      files: names.map((name) => ({
        name,
        text: withoutSecrets(now.get(name) ?? ""),
        changed: now.get(name) !== atStart.get(name),
      })),
      faults: result.ok ? [] : result.faults.map((fault) => ({ ...fault, file: basename(fault.file) })),
    };
  };
}

function textsIn(folder: string): ReadonlyMap<string, string> {
  return new Map(
    FILES.flatMap((name) => {
      const file = join(folder, name);
      return existsSync(file) ? [[name, readFileSync(file, "utf8")] as const] : [];
    }),
  );
}

/** Secrets belong in files of their own; what somebody wrote here all the same, or put into an address, is not shown. */
export function withoutSecrets(yaml: string): string {
  return yaml
    .replace(
      /^(\s*(?:-\s+)?["']?[\w-]*(?:password|secret|token|authorization|api-?key)["']?\s*:\s*)(?=\S)(?!.*\bFile\b).*$/gim,
      "$1(not shown)",
    )
    .replace(/(\w+:\/\/)[^\s/@"']+@/g, "$1(not shown)@")
    .replace(/([?&][^=\s&"']*(?:key|token|secret|password)[^=\s&"']*=)[^&\s"'{]+/gi, "$1(not shown)");
}
