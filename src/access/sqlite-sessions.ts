/** Sessions of users who have logged in; of the secret in the cookie only a hash is kept. */
import type { DatabaseSync } from "node:sqlite";
import type { Role } from "../model/access.ts";
import type { Author } from "../model/accounts.ts";
import { drawId, drawSecret, hashOf } from "./random-secret.ts";

/** A session's last use is written at most this often. */
const USE_GRAIN_MS = 60_000;

export interface Session {
  readonly id: string;
  readonly user: string;
  readonly role: Role;
  readonly createdMs: number;
  readonly usedMs: number;
  readonly address: string;
  readonly browser: string;
}

interface SessionRow {
  readonly id: string;
  readonly user: string;
  readonly role: Role;
  readonly created_ms: number;
  readonly used_ms: number;
  readonly address: string;
  readonly browser: string;
}

export type SessionTable = ReturnType<typeof createSessionTable>;

export function createSessionTable(database: DatabaseSync) {
  const SELECT =
    "select session.*, user.name as user, user.role from session join user on user.name = session.user";
  const bySecret = database.prepare(`${SELECT} where hash = ?`);
  const byId = database.prepare(`${SELECT} where id = ?`);
  const all = database.prepare(`${SELECT} order by session.used_ms desc`);
  const insert = database.prepare("insert into session values (?, ?, ?, ?, ?, ?, ?)");
  const use = database.prepare("update session set used_ms = ? where id = ?");
  const found = (row: unknown) => (row === undefined ? null : sessionOf(row as SessionRow));

  return {
    open(user: string, { address, browser = "" }: Omit<Author, "who">, nowMs: number) {
      const [id, secret] = [drawId(), drawSecret()];
      insert.run(id, hashOf(secret), user, nowMs, nowMs, address, browser.slice(0, 200));
      return { id, secret };
    },
    find: (secret: string) => found(bySecret.get(hashOf(secret))),
    withId: (id: string) => found(byId.get(id)),
    all: () => (all.all() as unknown as readonly SessionRow[]).map(sessionOf),
    use({ id, usedMs }: Session, nowMs: number): void {
      if (nowMs - usedMs >= USE_GRAIN_MS) use.run(nowMs, id);
    },
    end(id: string): void {
      database.prepare("delete from session where id = ?").run(id);
    },
    /** All of a user's, or all but one. */
    endOf(user: string, except = ""): void {
      database.prepare("delete from session where user = ? and id <> ?").run(user, except);
    },
    /** Those that are over take no room. */
    endBefore({ usedMs, createdMs }: { readonly usedMs: number; readonly createdMs: number }): void {
      database.prepare("delete from session where used_ms <= ? or created_ms <= ?").run(usedMs, createdMs);
    },
  };
}

function sessionOf({ created_ms, used_ms, ...row }: SessionRow): Session {
  const { id, user, role, address, browser } = row;
  return { id, user, role, address, browser, createdMs: created_ms, usedMs: used_ms };
}
