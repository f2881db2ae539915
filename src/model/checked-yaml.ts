/** YAML text -> checked value, or faults that name file, line and key. Pure: reading the file is the caller's. */
import { isMap, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { z } from "zod";

export interface ConfigFault {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** Path of the key: "districts[2].meters[0].sensor"; empty for the whole file. */
  readonly key: string;
  readonly message: string;
}

export type Checked<T> =
  | {
      readonly ok: true;
      readonly value: T;
      /** Where a key stands, for checks made later across keys or files. */
      readonly lineOf: (path: readonly PropertyKey[]) => number;
    }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

export function checkYaml<S extends z.ZodType>(file: string, text: string, schema: S): Checked<z.infer<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    return {
      ok: false,
      faults: document.errors.map((error) => ({
        file,
        line: lines.linePos(error.pos[0]).line,
        key: "",
        message: error.message.split("\n")[0] ?? error.message,
      })),
    };
  }
  const lineOf = (path: readonly PropertyKey[]) => lineOfPath(document.contents, path, lines);
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return { ok: true, value: parsed.data, lineOf };
  return {
    ok: false,
    faults: parsed.error.issues.map((issue) => {
      // An unknown key is reported at the key itself, not at the object around it.
      const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0] ?? ""] : issue.path;
      return { file, line: lineOf(path), key: formatPath(path), message: issue.message };
    }),
  };
}

export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text ? `${text}.${String(step)}` : String(step),
    "",
  );
}

export function formatFault(fault: ConfigFault): string {
  return `${fault.file}:${fault.line}: ${fault.key ? `${fault.key}: ` : ""}${fault.message}`;
}

/** The line of the deepest part of the path that exists; a missing key is reported where it should have stood. */
function lineOfPath(root: Node | null, path: readonly PropertyKey[], lines: LineCounter): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => String(item.key) === String(step));
      if (!pair) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === "number") {
      const item = node.items[step] as Node | undefined;
      if (!item) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else break;
  }
  return lines.linePos(offset).line;
}
