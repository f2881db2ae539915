/** What the embedded broker asks before it lets a client connect, publish or subscribe. */
import type { AedesOptions, AuthenticateError, Client } from "aedes";
import type { BrokerGuard } from "../model/broker-guard.ts";
import { parseTopic } from "../model/wire.ts";

/** MQTT 3.1.1, section 3.2.2.3. */
const BAD_NAME_OR_PASSWORD = 4;

type Handlers = Pick<AedesOptions, "authenticate" | "authorizePublish" | "authorizeSubscribe">;

/** On loopback without credentials: everybody may do everything but acknowledge, which makes agents discard their samples. */
export const OPEN_HANDLERS: Handlers = {
  authorizePublish: (client, { topic }, done) =>
    done(client && isAcknowledgement(topic) ? new Error("only the centre acknowledges") : null),
};

export function guardedHandlers(guard: BrokerGuard): Handlers {
  /** The centre itself publishes and subscribes without being a client. */
  const names = new WeakMap<Client, string>();
  const nameOf = (client: Client) => names.get(client) ?? "";

  const refused = (reason: string, client: Client, topic: string) =>
    guard.refused(reason, { user: nameOf(client), client: client.id, topic: topic.slice(0, 1000) });

  return {
    authenticate(client, user = "", password, done) {
      if (guard.admits(user, password?.toString() ?? "")) {
        names.set(client, user);
        return done(null, true);
      }
      guard.refused("wrong-credentials", { user: user.slice(0, 128), client: client.id });
      const error = new Error("wrong credentials");
      done(Object.assign(error, { returnCode: BAD_NAME_OR_PASSWORD }) as AuthenticateError, false);
    },
    authorizePublish(client, { topic }, done) {
      if (client === null) return done(null);
      const name = nameOf(client);
      if (!isAcknowledgement(topic) && guard.mayPublish(name, topic)) return done(null);
      const reason = guard.stands(name) ? "foreign-topic" : "agent-removed";
      refused(reason, client, topic);
      done(new Error(reason));
    },
    authorizeSubscribe(client, subscription, done) {
      const { topic } = subscription;
      if (client === null || guard.maySubscribe(nameOf(client), topic)) return done(null, subscription);
      refused("foreign-subscription", client, topic);
      // The client is told so in its SUBACK, and keeps its connection.
      done(null, null);
    },
  };
}

function isAcknowledgement(topic: string): boolean {
  return parseTopic(topic)?.channel === "ack";
}
