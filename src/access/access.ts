/** Opens access.db and puts what works on it together: the gate for requests, the accounts for people. */
import type { Logger } from "pino";
import type { Gate } from "../model/access.ts";
import { type Accounts, OPEN_ID_RETURN_PATH } from "../model/accounts.ts";
import type { BrokerGuard } from "../model/broker-guard.ts";
import type { Clock } from "../model/clock.ts";
import { createAccounts } from "./accounts.ts";
import { createAgentsGuard } from "./agents-guard.ts";
import { createOpenIdClient, type OpenIdClientSettings } from "./openid-log-in.ts";
import { createRefusalCount } from "./refusal-count.ts";
import type { SessionLimits } from "./session-life.ts";
import { openAccessFile } from "./sqlite-access-file.ts";
import { createAgentTable } from "./sqlite-agents.ts";
import { createAuditLog } from "./sqlite-audit.ts";
import { createSessionTable } from "./sqlite-sessions.ts";
import { createTokenTable } from "./sqlite-tokens.ts";
import { createUserTable } from "./sqlite-users.ts";
import { createUsersGate } from "./users-gate.ts";

export interface AccessOptions {
  readonly dataFolder: string;
  readonly utility: string;
  readonly limits: SessionLimits;
  /** Known only once the centre listens. */
  readonly publicUrl: () => string;
  readonly cookieName: string;
  /** Null without an identity provider. */
  readonly openId: (OpenIdClientSettings & { readonly label: string }) | null;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Access {
  readonly gate: Gate;
  readonly accounts: Accounts;
  readonly brokerGuard: BrokerGuard;
  close(): void;
}

export function openAccess(options: AccessOptions): Access {
  const { dataFolder, utility, limits, publicUrl, cookieName, openId, clock, log } = options;
  const database = openAccessFile(dataFolder);
  const tables = {
    users: createUserTable(database),
    sessions: createSessionTable(database),
    tokens: createTokenTable(database),
    agents: createAgentTable(database),
    audit: createAuditLog(database),
  };
  const refusals = createRefusalCount(log, clock);
  return {
    gate: createUsersGate({ ...tables, limits, cookieName, refusals, clock }),
    accounts: createAccounts({
      ...tables,
      limits,
      refusals,
      clock,
      publicUrl,
      openId: openId && {
        label: openId.label,
        client: createOpenIdClient({
          settings: openId,
          returnUrl: () => publicUrl() + OPEN_ID_RETURN_PATH,
          clock,
          log,
        }),
      },
    }),
    brokerGuard: createAgentsGuard({ ...tables, utility, refusals, clock }),
    close: () => database.close(),
  };
}
