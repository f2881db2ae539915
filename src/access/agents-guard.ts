/** The broker's guard: agents by their site's name and secret, each on its own topics. */
import type { BrokerGuard } from "../model/broker-guard.ts";
import type { Clock } from "../model/clock.ts";
import type { RefusalCount } from "./refusal-count.ts";
import type { AgentTable } from "./sqlite-agents.ts";
import { mayPublish, maySubscribe } from "./topic-policy.ts";

export interface AgentsGuardParts {
  readonly utility: string;
  readonly agents: AgentTable;
  readonly refusals: RefusalCount;
  readonly clock: Clock;
}

export function createAgentsGuard({ utility, agents, refusals, clock }: AgentsGuardParts): BrokerGuard {
  const rightsOf = (site: string) => agents.find(site);
  return {
    admits(site, secret) {
      if (!agents.proves(site, secret)) return false;
      agents.see(site, clock());
      return true;
    },
    stands: (site) => rightsOf(site) !== null,
    mayPublish(site, topic) {
      const rights = rightsOf(site);
      return rights !== null && mayPublish(utility, rights, topic);
    },
    maySubscribe(site, filter) {
      const rights = rightsOf(site);
      return rights !== null && maySubscribe(utility, rights, filter);
    },
    refused: refusals.refused,
  };
}
