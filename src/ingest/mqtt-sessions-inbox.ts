/**
 * Several sessions at one broker, one for each district that a centre holds. What came for a district while nobody held it waits in its
 * session for whoever holds it next; and as a broker keeps one connection to a session, no two centres take in the same district for long.
 */
import type { MqttInbox } from "./mqtt-inbox.ts";

export function createSessionsInbox(open: (session: string) => MqttInbox): MqttInbox {
  const sessions: MqttInbox[] = [];
  return {
    listen(filters, listener, session = "") {
      const inbox = open(session);
      sessions.push(inbox);
      inbox.listen(filters, listener);
    },
    publish: async (topic, payload, options) => sessions[0]?.publish(topic, payload, options),
    connected: () => sessions.every((session) => session.connected()),
    async close() {
      await Promise.all(sessions.map((session) => session.close()));
    },
  };
}
