/** The outbox in one SQLite file: committed before anything is sent, so that a message survives kill -9 and power cuts. */
import { DatabaseSync } from "node:sqlite";
import type { PlanState } from "./notification-plan.ts";
import type { FailedMessage, Letter, Outbox, WaitingMessage } from "./outbox.ts";

/** Messages that could not be sent are kept up to this many. */
const FAILED_KEPT = 1000;

const SCHEMA = `
  create table if not exists plan (id integer primary key check (id = 1), state text not null);
  create table if not exists message (
    id integer primary key autoincrement,
    channel text not null,
    letter text not null,
    created_ms integer not null,
    expires_ms integer not null,
    due_ms integer not null,
    attempts integer not null default 0
  );
  create index if not exists message_of_channel on message (channel, id);
  create table if not exists failed (
    id integer primary key,
    channel text not null,
    letter text not null,
    created_ms integer not null,
    failed_ms integer not null,
    why text not null
  );
`;

interface MessageRow {
  readonly id: number;
  readonly channel: string;
  readonly letter: string;
  readonly created_ms: number;
  readonly expires_ms: number;
  readonly due_ms: number;
  readonly attempts: number;
}

interface FailedRow {
  readonly channel: string;
  readonly created_ms: number;
  readonly failed_ms: number;
  readonly why: string;
}

export function openSqliteOutbox(file: string): Outbox {
  const database = new DatabaseSync(file);
  database.exec("pragma journal_mode = wal; pragma synchronous = full");
  database.exec(SCHEMA);
  const savePlan = database.prepare(
    "insert into plan (id, state) values (1, ?) on conflict (id) do update set state = excluded.state",
  );
  const insert = database.prepare(
    "insert into message (channel, letter, created_ms, expires_ms, due_ms) values (?, ?, ?, ?, ?)",
  );
  const oldest = database.prepare("select * from message where channel = ? order by id limit 1");
  const remove = database.prepare("delete from message where id = ?");
  const fail = database.prepare(
    "insert into failed select id, channel, letter, created_ms, ?, ? from message where id = ?",
  );
  const trim = database.prepare(
    `delete from failed where id not in (select id from failed order by failed_ms desc, id desc limit ${FAILED_KEPT})`,
  );

  function atOnce(work: () => void): void {
    database.exec("begin immediate");
    try {
      work();
      database.exec("commit");
    } catch (failure) {
      database.exec("rollback");
      throw failure;
    }
  }

  return {
    plan() {
      const row = database.prepare("select state from plan").get() as { state: string } | undefined;
      return row ? (JSON.parse(row.state) as PlanState) : null;
    },
    commit: (plan, messages) =>
      atOnce(() => {
        savePlan.run(JSON.stringify(plan));
        for (const { channel, letter, createdMs, expiresMs } of messages)
          insert.run(channel, JSON.stringify(letter), createdMs, expiresMs, createdMs);
      }),
    first(channel) {
      const row = oldest.get(channel) as MessageRow | undefined;
      return row ? messageOf(row) : null;
    },
    delivered(id) {
      remove.run(id);
    },
    postpone(id, dueMs) {
      database.prepare("update message set due_ms = ?, attempts = attempts + 1 where id = ?").run(dueMs, id);
    },
    giveUp: (id, why, nowMs) =>
      atOnce(() => {
        fail.run(nowMs, why, id);
        remove.run(id);
        trim.run();
      }),
    waiting() {
      const row = database.prepare("select count(*) as waiting from message").get() as { waiting: number };
      return row.waiting;
    },
    failed() {
      const rows = database
        .prepare("select channel, created_ms, failed_ms, why from failed order by failed_ms desc, id desc")
        .all() as unknown as readonly FailedRow[];
      return rows.map(failedOf);
    },
    close: () => database.close(),
  };
}

function messageOf(row: MessageRow): WaitingMessage {
  return {
    id: row.id,
    channel: row.channel,
    letter: JSON.parse(row.letter) as Letter,
    createdMs: row.created_ms,
    expiresMs: row.expires_ms,
    dueMs: row.due_ms,
    attempts: row.attempts,
  };
}

function failedOf(row: FailedRow): FailedMessage {
  return { channel: row.channel, createdMs: row.created_ms, failedMs: row.failed_ms, why: row.why };
}
