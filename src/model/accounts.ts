/** Users, their sessions, tokens for programs, and the audit: what the settings page shows and changes, and the port it does so through. */
import { z } from "zod";
import { type Principal, ROLES, type Role } from "./access.ts";
import type { Refusal } from "./alarm.ts";
import { idSchema } from "./wire.ts";

export const userNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/, "1 to 64 letters, digits, '.', '_', '@' or '-'");

/** An upper bound, so that nobody has the centre hash a book. */
export const passwordSchema = z.string().min(1).max(256);

const roleSchema = z.enum(ROLES);

export const newUserSchema = z.object({ name: userNameSchema, role: roleSchema }).strict();

export const newTokenSchema = z
  .object({
    name: userNameSchema,
    role: roleSchema,
    districts: z.array(idSchema).min(1).optional().describe("all districts when left out"),
    days: z.number().int().min(1).max(1100).describe("until it expires"),
  })
  .strict();

export type NewToken = z.infer<typeof newTokenSchema>;

export interface UserView {
  readonly name: string;
  readonly role: Role;
  readonly createdMs: number;
  /** How the user proves who they are; "nothing-yet" until the one-time link was followed. */
  readonly logsInBy: "password" | "open-id" | "nothing-yet";
  readonly lastSeenMs: number | null;
}

export interface SessionView {
  readonly id: string;
  readonly user: string;
  readonly createdMs: number;
  readonly usedMs: number;
  readonly expiresMs: number;
  readonly address: string;
  /** What the browser says of itself. */
  readonly browser: string;
}

export interface TokenView {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Null: all of them. */
  readonly districts: readonly string[] | null;
  readonly createdMs: number;
  readonly createdBy: string;
  readonly expiresMs: number;
  readonly usedMs: number | null;
}

export const newAgentSchema = z
  .object({
    site: idSchema,
    publish: z.array(z.string().min(1).max(1000)).default([]).describe("MQTT filters beside its own topics"),
    subscribe: z
      .array(z.string().min(1).max(1000))
      .default([])
      .describe("MQTT filters beside its own topics"),
  })
  .strict();

export type NewAgent = z.infer<typeof newAgentSchema>;

/** Who may connect to the embedded broker. */
export interface AgentView {
  readonly site: string;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  readonly createdMs: number;
  readonly connectedMs: number | null;
}

/** One act or one refusal that belongs to somebody, kept for good. */
export interface AuditEntry {
  /** 1, 2, 3, ... */
  readonly id: number;
  readonly timeMs: number;
  readonly who: string;
  /** Network address, or "this machine" for the command line. */
  readonly address: string;
  /** Such as "log-in", "user-add", "alarm-acknowledge". */
  readonly act: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Who changes something, and from where. */
export interface Author {
  readonly who: string;
  readonly address: string;
  readonly browser?: string;
}

/** A log-in that succeeded: the secret goes into the cookie and is kept nowhere else. */
export interface OpenedSession {
  readonly secret: string;
  readonly principal: Principal;
  readonly expiresMs: number;
}

export interface TooManyAttempts extends Refusal {
  readonly retryAfterMs: number;
}

/** A one-time link: whoever follows it chooses the user's password. */
export interface OneTimeLink {
  readonly user: string;
  readonly url: string;
  readonly expiresMs: number;
}

/** Where the identity provider sends browsers back to, on the centre's public address; registered with the provider. */
export const OPEN_ID_RETURN_PATH = "/api/v1/open-id/return";

/** Logging in at the utility's own identity provider. */
export interface OpenIdLogIn {
  /** What people call it. */
  readonly label: string;
  /** Where the browser goes, and what its cookie keeps until it comes back. */
  begin(from: Omit<Author, "who">): Promise<{ readonly url: string; readonly secret: string } | Refusal>;
  /** `query` is what the browser came back with, `secret` what its cookie kept. */
  finish(
    secret: string | undefined,
    query: string,
    from: Omit<Author, "who">,
  ): Promise<OpenedSession | Refusal>;
}

export interface Accounts {
  /** Null without an identity provider. */
  readonly openId: OpenIdLogIn | null;
  logIn(
    name: string,
    password: string,
    from: Omit<Author, "who">,
  ): Promise<OpenedSession | TooManyAttempts | Refusal>;
  logOut(session: string, author: Author): void;
  /** Sets the password of the user the link was made for, ends their sessions and opens one. */
  followLink(secret: string, password: string, from: Omit<Author, "who">): Promise<OpenedSession | Refusal>;
  /** Ends the user's other sessions. */
  changePassword(
    principal: Principal,
    current: string,
    next: string,
    author: Author,
  ): Promise<TooManyAttempts | Refusal | null>;

  users(): readonly UserView[];
  addUser(name: string, role: Role, author: Author): OneTimeLink | Refusal;
  /** For a password that was forgotten; the old one holds until the link is followed. */
  renewLink(name: string, author: Author): OneTimeLink | Refusal;
  changeRole(name: string, role: Role, author: Author): Refusal | null;
  removeUser(name: string, author: Author): Refusal | null;

  sessions(user?: string): readonly SessionView[];
  endSession(id: string, author: Author): Refusal | null;

  tokens(): readonly TokenView[];
  /** The secret is told this once. */
  addToken(token: NewToken, author: Author): { readonly secret: string; readonly token: TokenView } | Refusal;
  revokeToken(id: string, author: Author): Refusal | null;

  agents(): readonly AgentView[];
  /** The secret is told this once. */
  addAgent(agent: NewAgent, author: Author): { readonly secret: string } | Refusal;
  removeAgent(site: string, author: Author): Refusal | null;

  /** Entries after that id, oldest first; or, without it, the newest, newest first. */
  audit(query: { readonly after?: number; readonly limit: number }): readonly AuditEntry[];
}
