/** What an agent may say and hear on the broker: its own site's topics, and what it was given beside them. Pure. */
import { topicOf } from "../model/wire.ts";

export interface TopicRights {
  readonly site: string;
  /** MQTT filters beside the agent's own topics. */
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

export function mayPublish(utility: string, { site, publish }: TopicRights, topic: string): boolean {
  if (topic === topicOf(utility, site, "telemetry") || topic === topicOf(utility, site, "status"))
    return true;
  return publish.some((filter) => covers(filter, topic));
}

export function maySubscribe(utility: string, { site, subscribe }: TopicRights, filter: string): boolean {
  return filter === topicOf(utility, site, "ack") || subscribe.some((right) => covers(right, filter));
}

/**
 * Whether everything that `asked` (a topic or a filter) matches is matched by `right` too. Topics that start with $ are the broker's own,
 * and no wildcard reaches them (MQTT 3.1.1, section 4.7.2).
 */
export function covers(right: string, asked: string): boolean {
  const [wanted, levels] = [right.split("/"), asked.split("/")];
  if (levels[0]?.startsWith("$") && wanted[0] !== levels[0]) return false;
  for (const [index, level] of wanted.entries()) {
    if (level === "#") return true;
    const found = levels[index];
    if (found === undefined || found === "#") return false;
    if (level !== "+" && level !== found) return false;
  }
  return levels.length === wanted.length;
}

/** Why a filter is none, or null. */
export function filterFault(filter: string): string | null {
  const levels = filter.split("/");
  const wrong = levels.some(
    (level, index) =>
      (/[+#]/.test(level) && level.length > 1) ||
      (level === "#" && index < levels.length - 1) ||
      level.includes("\0"),
  );
  return filter === "" || wrong ? `"${filter}" is not an MQTT filter` : null;
}
