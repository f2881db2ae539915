/** Tokens for programs: a role, perhaps some districts, an expiry; of the secret only a hash is kept. */
import type { DatabaseSync } from "node:sqlite";
import type { Role } from "../model/access.ts";
import type { NewToken, TokenView } from "../model/accounts.ts";
import { DAY_MS } from "../model/clock.ts";
import { drawId, drawSecret, hashOf } from "./random-secret.ts";

/** So that a secret scanner, or a person, sees what it is. */
const PREFIX = "nightflow_";
/** A token's last use is written at most this often. */
const USE_GRAIN_MS = 60_000;

interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly districts: string | null;
  readonly created_ms: number;
  readonly created_by: string;
  readonly expires_ms: number;
  readonly used_ms: number | null;
}

export type TokenTable = ReturnType<typeof createTokenTable>;

export function createTokenTable(database: DatabaseSync) {
  const bySecret = database.prepare("select * from token where hash = ?");
  const byId = database.prepare("select * from token where id = ?");
  const byName = database.prepare("select * from token where name = ?");
  const all = database.prepare("select * from token order by name");
  const use = database.prepare("update token set used_ms = ? where id = ?");
  const insert = database.prepare("insert into token values (?, ?, ?, ?, ?, ?, ?, ?, null)");
  const found = (row: unknown) => (row === undefined ? null : viewOf(row as TokenRow));

  return {
    add({ name, role, districts, days }: NewToken, createdBy: string, nowMs: number) {
      const [id, secret] = [drawId(), PREFIX + drawSecret()];
      const some = districts === undefined ? null : JSON.stringify(districts);
      insert.run(id, hashOf(secret), name, role, some, nowMs, createdBy, nowMs + days * DAY_MS);
      return { id, secret };
    },
    find: (secret: string) => found(bySecret.get(hashOf(secret))),
    withId: (id: string) => found(byId.get(id)),
    named: (name: string) => found(byName.get(name)),
    all: () => (all.all() as unknown as readonly TokenRow[]).map(viewOf),
    use({ id, usedMs }: TokenView, nowMs: number): void {
      if (usedMs === null || nowMs - usedMs >= USE_GRAIN_MS) use.run(nowMs, id);
    },
    remove(id: string): void {
      database.prepare("delete from token where id = ?").run(id);
    },
  };
}

function viewOf({ id, name, role, ...row }: TokenRow): TokenView {
  return {
    id,
    name,
    role,
    districts: row.districts === null ? null : (JSON.parse(row.districts) as string[]),
    createdMs: row.created_ms,
    createdBy: row.created_by,
    expiresMs: row.expires_ms,
    usedMs: row.used_ms,
  };
}
