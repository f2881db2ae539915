/** Who may connect to the embedded broker: an agent for each site, and others with topics of their own. */
import type { DatabaseSync } from "node:sqlite";
import type { AgentView, NewAgent } from "../model/accounts.ts";
import { drawSecret, hashOf } from "./random-secret.ts";

interface AgentRow {
  readonly site: string;
  readonly hash: string;
  readonly rights: string;
  readonly created_ms: number;
  readonly seen_ms: number | null;
}

export type AgentTable = ReturnType<typeof createAgentTable>;

export function createAgentTable(database: DatabaseSync) {
  const one = database.prepare("select * from agent where site = ?");
  const all = database.prepare("select * from agent order by site");
  const seen = database.prepare("update agent set seen_ms = ? where site = ?");
  const insert = database.prepare("insert into agent (site, hash, rights, created_ms) values (?, ?, ?, ?)");
  const find = (site: string) => one.get(site) as AgentRow | undefined;

  return {
    all: (): readonly AgentView[] => (all.all() as unknown as readonly AgentRow[]).map(viewOf),
    find(site: string): AgentView | null {
      const row = find(site);
      return row ? viewOf(row) : null;
    },
    /** The secret, told this once. */
    add({ site, publish, subscribe }: NewAgent, nowMs: number): string {
      const secret = drawSecret();
      insert.run(site, hashOf(secret), JSON.stringify({ publish, subscribe }), nowMs);
      return secret;
    },
    proves: (site: string, secret: string) => find(site)?.hash === hashOf(secret),
    see(site: string, nowMs: number): void {
      seen.run(nowMs, site);
    },
    remove(site: string): void {
      database.prepare("delete from agent where site = ?").run(site);
    },
  };
}

function viewOf({ site, rights, created_ms, seen_ms }: AgentRow): AgentView {
  const { publish, subscribe } = JSON.parse(rights) as Pick<AgentView, "publish" | "subscribe">;
  return { site, publish, subscribe, createdMs: created_ms, connectedMs: seen_ms };
}
