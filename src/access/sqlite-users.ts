/** Users and the one-time links by which they choose a password. */
import type { DatabaseSync } from "node:sqlite";
import type { Role } from "../model/access.ts";
import type { UserView } from "../model/accounts.ts";
import { hashOf } from "./random-secret.ts";

export interface User {
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string | null;
  /** Issuer and subject at the identity provider; null for whoever has a password. */
  readonly openId: string | null;
}

interface UserRow {
  readonly name: string;
  readonly role: Role;
  readonly password: string | null;
  readonly open_id: string | null;
  readonly created_ms: number;
  readonly seen_ms: number | null;
}

export type UserTable = ReturnType<typeof createUserTable>;

export function createUserTable(database: DatabaseSync) {
  const views = database.prepare(
    `select user.*, max(session.used_ms) as seen_ms from user left join session on session.user = user.name
     group by user.name order by user.name`,
  );
  const one = database.prepare("select * from user where name = ?");
  const oneOfOpenId = database.prepare("select * from user where open_id = ?");
  const insert = database.prepare("insert into user (name, role, created_ms, open_id) values (?, ?, ?, ?)");
  const found = (row: unknown) => (row === undefined ? null : userOf(row as UserRow));
  const linked = database.prepare("select user, expires_ms from link where hash = ?");

  return {
    views: () => (views.all() as unknown as readonly UserRow[]).map(viewOf),
    find: (name: string) => found(one.get(name)),
    ofOpenId: (openId: string) => found(oneOfOpenId.get(openId)),
    add(name: string, role: Role, nowMs: number, openId: string | null = null): void {
      insert.run(name, role, nowMs, openId);
    },
    setRole(name: string, role: Role): void {
      database.prepare("update user set role = ? where name = ?").run(role, name);
    },
    setPassword(name: string, hash: string): void {
      database.prepare("update user set password = ? where name = ?").run(hash, name);
      database.prepare("delete from link where user = ?").run(name);
    },
    /** With its sessions and links. */
    remove(name: string): void {
      database.prepare("delete from user where name = ?").run(name);
    },
    /** The link before it no longer works. */
    setLink(user: string, secret: string, expiresMs: number): void {
      database.prepare("delete from link where user = ?").run(user);
      database
        .prepare("insert into link (hash, user, expires_ms) values (?, ?, ?)")
        .run(hashOf(secret), user, expiresMs);
    },
    userOfLink(secret: string, nowMs: number): string | null {
      const row = linked.get(hashOf(secret)) as { user: string; expires_ms: number } | undefined;
      return row && row.expires_ms > nowMs ? row.user : null;
    },
  };
}

function userOf({ name, role, password, open_id }: UserRow): User {
  return { name, role, passwordHash: password, openId: open_id };
}

function viewOf({ name, role, password, open_id, created_ms, seen_ms }: UserRow): UserView {
  const logsInBy = open_id !== null ? "open-id" : password !== null ? "password" : "nothing-yet";
  return { name, role, createdMs: created_ms, logsInBy, lastSeenMs: seen_ms };
}
