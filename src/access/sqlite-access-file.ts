/**
 * access.db in the data folder: users, one-time links, sessions, tokens and the audit, readable by the centre's own account alone. The
 * command line opens it beside a running centre, so a revocation holds from the next request on.
 */
import { closeSync, fchmodSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const OWNER_ONLY = 0o600;
/** How long one process waits for the other's write. */
const BUSY_MS = 5_000;

const SCHEMA = `
  create table if not exists user (
    name text primary key collate nocase,
    role text not null,
    password text,
    open_id text unique,
    created_ms integer not null
  ) strict;
  create table if not exists link (
    hash text primary key,
    user text not null collate nocase references user on delete cascade,
    expires_ms integer not null
  ) strict;
  create table if not exists session (
    id text primary key,
    hash text not null unique,
    user text not null collate nocase references user on delete cascade,
    created_ms integer not null,
    used_ms integer not null,
    address text not null,
    browser text not null
  ) strict;
  create table if not exists token (
    id text primary key,
    hash text not null unique,
    name text not null unique collate nocase,
    role text not null,
    districts text,
    created_ms integer not null,
    created_by text not null,
    expires_ms integer not null,
    used_ms integer
  ) strict;
  create table if not exists agent (
    site text primary key,
    hash text not null,
    rights text not null,
    created_ms integer not null,
    seen_ms integer
  ) strict;
  create table if not exists audit (
    id integer primary key autoincrement,
    time_ms integer not null,
    who text not null,
    address text not null,
    act text not null,
    detail text not null
  ) strict;
  create trigger if not exists audit_is_not_changed before update on audit
    begin select raise(abort, 'the audit is append-only'); end;
  create trigger if not exists audit_is_not_deleted before delete on audit
    begin select raise(abort, 'the audit is append-only'); end;
`;

/** The files SQLite puts beside it take over its permissions. */
export function openAccessFile(dataFolder: string): DatabaseSync {
  mkdirSync(dataFolder, { recursive: true });
  const file = join(dataFolder, "access.db");
  const descriptor = openSync(file, "a", OWNER_ONLY);
  fchmodSync(descriptor, OWNER_ONLY);
  closeSync(descriptor);
  const database = new DatabaseSync(file, { timeout: BUSY_MS });
  database.exec("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on");
  database.exec(SCHEMA);
  return database;
}
