/** Who did what, when and from where: appended, never changed; the file itself refuses to. */
import type { DatabaseSync } from "node:sqlite";
import type { AuditEntry } from "../model/accounts.ts";

interface AuditRow {
  readonly id: number;
  readonly time_ms: number;
  readonly who: string;
  readonly address: string;
  readonly act: string;
  readonly detail: string;
}

export type AuditLog = ReturnType<typeof createAuditLog>;

export function createAuditLog(database: DatabaseSync) {
  const insert = database.prepare(
    "insert into audit (time_ms, who, address, act, detail) values (?, ?, ?, ?, ?)",
  );
  const following = database.prepare("select * from audit where id > ? order by id limit ?");
  const newest = database.prepare("select * from audit order by id desc limit ?");
  return {
    add({ timeMs, who, address, act, detail }: Omit<AuditEntry, "id">): void {
      insert.run(timeMs, who, address, act, JSON.stringify(detail));
    },
    read({ after, limit }: { readonly after?: number; readonly limit: number }): readonly AuditEntry[] {
      const rows = after === undefined ? newest.all(limit) : following.all(after, limit);
      return (rows as unknown as readonly AuditRow[]).map(entryOf);
    },
  };
}

function entryOf({ id, time_ms, who, address, act, detail }: AuditRow): AuditEntry {
  return { id, timeMs: time_ms, who, address, act, detail: JSON.parse(detail) };
}
