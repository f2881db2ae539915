/** Opens access.db and puts what works on it together: the gate for requests, the accounts for people. */
import type { Logger } from "pino";
import type { Gate } from "../model/access.ts";
import type { Accounts } from "../model/accounts.ts";
import type { Clock } from "../model/clock.ts";
import { createAccounts } from "./accounts.ts";
import { createRefusalCount } from "./refusal-count.ts";
import type { SessionLimits } from "./session-life.ts";
import { openAccessFile } from "./sqlite-access-file.ts";
import { createAuditLog } from "./sqlite-audit.ts";
import { createSessionTable } from "./sqlite-sessions.ts";
import { createTokenTable } from "./sqlite-tokens.ts";
import { createUserTable } from "./sqlite-users.ts";
import { createUsersGate } from "./users-gate.ts";

export interface AccessOptions {
  readonly dataFolder: string;
  readonly limits: SessionLimits;
  /** Known only once the centre listens. */
  readonly publicUrl: () => string;
  readonly cookieName: string;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Access {
  readonly gate: Gate;
  readonly accounts: Accounts;
  close(): void;
}

export function openAccess({ dataFolder, limits, publicUrl, cookieName, clock, log }: AccessOptions): Access {
  const database = openAccessFile(dataFolder);
  const tables = {
    users: createUserTable(database),
    sessions: createSessionTable(database),
    tokens: createTokenTable(database),
    audit: createAuditLog(database),
  };
  const refusals = createRefusalCount(log);
  return {
    gate: createUsersGate({ ...tables, limits, cookieName, refusals, clock }),
    accounts: createAccounts({ ...tables, limits, refusals, clock, publicUrl }),
    close: () => database.close(),
  };
}
