/** What people do with accounts: log in, change passwords, add and remove users and tokens. Every act is kept in the audit. */
import type { Principal } from "../model/access.ts";
import type {
  Accounts,
  Author,
  OneTimeLink,
  OpenedSession,
  OpenIdLogIn,
  TooManyAttempts,
} from "../model/accounts.ts";
import { isRefusal, type Refusal } from "../model/alarm.ts";
import { type Clock, DAY_MS } from "../model/clock.ts";
import { hashPassword, verifyPassword } from "./argon2-password.ts";
import { createLogInThrottle } from "./log-in-throttle.ts";
import type { Identity } from "./openid-identity.ts";
import type { OpenIdClient } from "./openid-log-in.ts";
import { passwordRefusal } from "./password-rule.ts";
import { drawSecret } from "./random-secret.ts";
import type { RefusalCount } from "./refusal-count.ts";
import { type SessionLimits, sessionEndMs } from "./session-life.ts";
import type { AgentTable } from "./sqlite-agents.ts";
import type { AuditLog } from "./sqlite-audit.ts";
import type { SessionTable } from "./sqlite-sessions.ts";
import type { TokenTable } from "./sqlite-tokens.ts";
import type { UserTable } from "./sqlite-users.ts";
import { filterFault } from "./topic-policy.ts";

const LINK_MS = DAY_MS;

export interface AccountsParts {
  readonly users: UserTable;
  readonly sessions: SessionTable;
  readonly tokens: TokenTable;
  readonly agents: AgentTable;
  readonly audit: AuditLog;
  readonly limits: SessionLimits;
  readonly refusals: Pick<RefusalCount, "refused">;
  readonly clock: Clock;
  /** Where people reach the centre, such as https://nightflow.example:8080. */
  readonly publicUrl: () => string;
  /** Null without an identity provider. */
  readonly openId: { readonly client: OpenIdClient; readonly label: string } | null;
}

const refuse = (code: string, message: string): Refusal => ({ code, message });

export function createAccounts(parts: AccountsParts): Accounts {
  const { users, sessions, tokens, agents, audit, limits, refusals, clock } = parts;
  const throttle = createLogInThrottle();

  function note({ who, address }: Author, act: string, detail: Readonly<Record<string, unknown>> = {}): void {
    audit.add({ timeMs: clock(), who, address, act, detail });
  }

  function open(user: string, from: Omit<Author, "who">): OpenedSession | Refusal {
    const { id, secret } = sessions.open(user, from, clock());
    const session = sessions.withId(id);
    if (!session) return noUser(user);
    const principal: Principal = {
      name: session.user,
      role: session.role,
      districts: null,
      by: { kind: "session", id },
    };
    return { secret, principal, expiresMs: sessionEndMs(session, limits) };
  }

  /** The password is right, or why it is not believed. */
  async function proves(
    name: string,
    password: string,
    { address }: Omit<Author, "who">,
  ): Promise<TooManyAttempts | Refusal | null> {
    const known = users.find(name);
    // A name that is nobody's may be a password in the wrong field: it is told to no log.
    const who = known?.name ?? "somebody";
    const waitMs = throttle.attempt(name, address, clock());
    if (waitMs > 0) {
      const message = `Too many attempts: try again in ${Math.ceil(waitMs / 1000)} s.`;
      refusals.refused("too-many-attempts", { user: who, address });
      return { ...refuse("too-many-attempts", message), retryAfterMs: waitMs };
    }
    if (await verifyPassword(password, known?.passwordHash ?? null)) {
      throttle.succeeded(name, address);
      return null;
    }
    refusals.refused("wrong-password", { user: who, address });
    note({ who, address }, "log-in-failed");
    return refuse("wrong-password", "The name or the password is wrong.");
  }

  function makeLink(user: string): OneTimeLink {
    const secret = drawSecret();
    const expiresMs = clock() + LINK_MS;
    users.setLink(user, secret, expiresMs);
    // Behind the # it is sent to no server and written into no log.
    return { user, url: `${parts.publicUrl()}/#link=${secret}`, expiresMs };
  }

  async function setPassword(user: string, password: string): Promise<Refusal | null> {
    const weak = passwordRefusal(password, user);
    if (weak) return weak;
    users.setPassword(user, await hashPassword(password));
    return null;
  }

  /** A utility without an administrator could let nobody in any more. */
  function lastAdmin(name: string): Refusal | null {
    const others = users.views().filter((user) => user.role === "admin" && !isSame(user.name, name));
    if (users.find(name)?.role !== "admin" || others.length > 0) return null;
    return refuse("last-admin", `"${name}" is the only admin: make somebody else one first.`);
  }

  /** The user the identity stands for, made at the first log-in; the role is the provider's to say, each time anew. */
  function userOf({ openId, name, role }: Identity, from: Omit<Author, "who">): string | Refusal {
    const known = users.ofOpenId(openId);
    if (known) {
      if (known.role !== role) {
        users.setRole(known.name, role);
        note({ who: known.name, ...from }, "role-changed", { user: known.name, role, by: "open-id" });
      }
      return known.name;
    }
    if (users.find(name)) {
      const message = `There is a user "${name}" already, who logs in otherwise: an admin has to remove that one first.`;
      return refuse("name-taken", message);
    }
    users.add(name, role, clock(), openId);
    note({ who: name, ...from }, "user-added", { user: name, role, by: "open-id" });
    return name;
  }

  /** Whoever the provider vouches for has no password here, and no role but the provider's. */
  function isOfProvider(name: string): Refusal | null {
    const user = users.find(name);
    if (user?.openId == null) return null;
    const message = `"${user.name}" logs in at the identity provider; password and role are changed there.`;
    return refuse("open-id-user", message);
  }

  const openIdOf = ({ client, label }: NonNullable<AccountsParts["openId"]>): OpenIdLogIn => ({
    label,
    async begin({ address }) {
      const begun = await client.begin();
      if (isRefusal(begun)) refusals.refused(begun.code, { address, by: "open-id" });
      return begun;
    },
    finish: (secret, query, from) => enterByOpenId(client, secret, query, from),
  });

  async function enterByOpenId(
    client: OpenIdClient,
    secret: string | undefined,
    query: string,
    from: Omit<Author, "who">,
  ): Promise<OpenedSession | Refusal> {
    const identity = await client.finish(secret, query);
    const user = isRefusal(identity) ? identity : userOf(identity, from);
    if (typeof user === "string") {
      const opened = open(user, from);
      if (!isRefusal(opened)) note({ who: user, ...from }, "log-in", { by: "open-id" });
      return opened;
    }
    const known = "openId" in identity ? users.ofOpenId(identity.openId) : null;
    // Whoever lost every role is out at once, on every browser.
    if (known) sessions.endOf(known.name);
    const name = isRefusal(identity) ? known?.name : identity.name;
    refusals.refused(user.code, { address: from.address, by: "open-id", ...(name && { user: name }) });
    note({ who: name ?? "somebody", ...from }, "log-in-failed", { by: "open-id", reason: user.code });
    return user;
  }

  return {
    openId: parts.openId && openIdOf(parts.openId),
    async logIn(name, password, from) {
      const refusal = await proves(name, password, from);
      if (refusal) return refusal;
      const opened = open(name, from);
      if (!isRefusal(opened)) note({ who: opened.principal.name, ...from }, "log-in");
      return opened;
    },
    logOut(session, author) {
      sessions.end(session);
      note(author, "log-out");
    },
    async followLink(secret, password, from) {
      const user = users.userOfLink(secret, clock());
      if (user === null) {
        refusals.refused("unknown-link", { address: from.address });
        return refuse("unknown-link", "The link was used already, or has expired: ask for another.");
      }
      const weak = await setPassword(user, password);
      if (weak) return weak;
      sessions.endOf(user);
      note({ who: user, ...from }, "password-chosen");
      return open(user, from);
    },
    async changePassword(principal, current, next, author) {
      if (principal.by.kind !== "session") return refuse("not-a-session", "Only a user has a password.");
      const refusal =
        isOfProvider(principal.name) ??
        (await proves(principal.name, current, author)) ??
        (await setPassword(principal.name, next));
      if (refusal) return refusal;
      sessions.endOf(principal.name, principal.by.id);
      note(author, "password-changed");
      return null;
    },

    users: users.views,
    addUser(name, role, author) {
      if (users.find(name)) return refuse("user-exists", `There is a user "${name}" already.`);
      users.add(name, role, clock());
      note(author, "user-added", { user: name, role });
      return makeLink(name);
    },
    renewLink(name, author) {
      const user = users.find(name);
      if (!user) return noUser(name);
      const elsewhere = isOfProvider(name);
      if (elsewhere) return elsewhere;
      note(author, "link-made", { user: user.name });
      return makeLink(user.name);
    },
    changeRole(name, role, author) {
      if (!users.find(name)) return noUser(name);
      const refusal = isOfProvider(name) ?? (role === "admin" ? null : lastAdmin(name));
      if (refusal) return refusal;
      users.setRole(name, role);
      note(author, "role-changed", { user: name, role });
      return null;
    },
    removeUser(name, author) {
      if (!users.find(name)) return noUser(name);
      const refusal = lastAdmin(name);
      if (refusal) return refusal;
      users.remove(name);
      note(author, "user-removed", { user: name });
      return null;
    },

    sessions(user) {
      const nowMs = clock();
      sessions.endBefore({ usedMs: nowMs - limits.idleMs, createdMs: nowMs - limits.longestMs });
      const views = sessions.all().map(({ role: _, ...session }) => ({
        ...session,
        expiresMs: sessionEndMs(session, limits),
      }));
      return views.filter((session) => user === undefined || session.user === user);
    },
    endSession(id, author) {
      const session = sessions.withId(id);
      if (!session) return refuse("no-such-session", `There is no session "${id}".`);
      sessions.end(id);
      note(author, "session-ended", { user: session.user });
      return null;
    },

    tokens: tokens.all,
    addToken(token, author) {
      if (tokens.named(token.name))
        return refuse("token-exists", `There is a token "${token.name}" already.`);
      const { id, secret } = tokens.add(token, author.who, clock());
      note(author, "token-added", { ...token });
      const added = tokens.withId(id);
      return added ? { secret, token: added } : noToken(id);
    },
    revokeToken(id, author) {
      const token = tokens.withId(id) ?? tokens.named(id);
      if (!token) return noToken(id);
      tokens.remove(token.id);
      note(author, "token-revoked", { token: token.name });
      return null;
    },

    agents: agents.all,
    addAgent(agent, author) {
      if (agents.find(agent.site))
        return refuse("agent-exists", `There is an agent "${agent.site}" already.`);
      const fault = [...agent.publish, ...agent.subscribe].map(filterFault).find((one) => one !== null);
      if (fault) return refuse("wrong-filter", `${fault}.`);
      const secret = agents.add(agent, clock());
      note(author, "agent-added", agent);
      return { secret };
    },
    removeAgent(site, author) {
      if (!agents.find(site)) return refuse("unknown-agent", `There is no agent "${site}".`);
      agents.remove(site);
      note(author, "agent-removed", { site });
      return null;
    },

    audit: audit.read,
  };
}

function noUser(name: string): Refusal {
  return refuse("unknown-user", `There is no user "${name}".`);
}

function noToken(id: string): Refusal {
  return refuse("no-such-token", `There is no token "${id}".`);
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
