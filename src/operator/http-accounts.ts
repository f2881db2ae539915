/** What an admin sees and changes: users, sessions, tokens, and the audit. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { type Gate, ROLES } from "../model/access.ts";
import { type Accounts, type Author, newTokenSchema, newUserSchema } from "../model/accounts.ts";
import type { Utility } from "../model/utility.ts";
import { checked, HttpError, refusing } from "./http-answers.ts";
import { fromOf, needs, principalOf } from "./http-gate.ts";

const roleSchema = z.object({ role: z.enum(ROLES) }).strict();
const auditQuery = z
  .object({
    after: z.coerce.number().int().min(0).optional(),
    limit: z.coerce.number().int().min(1).max(1000).default(200),
  })
  .strict();

type Named = { Params: { name: string } };
type WithId = { Params: { id: string } };

export function addAccounts(app: FastifyInstance, accounts: Accounts, gate: Gate, utility: Utility): void {
  const districts = new Set(utility.districts.map(({ id }) => id));

  app.get("/api/v1/users", needs("administer"), async () => ({ users: accounts.users() }));

  app.post("/api/v1/users", needs("administer"), async (request, reply) => {
    const { name, role } = checked(newUserSchema, request.body);
    return reply.code(201).send({ link: refusing(accounts.addUser(name, role, authorOf(request))) });
  });

  app.post<Named>("/api/v1/users/:name/link", needs("administer"), async (request) => ({
    link: refusing(accounts.renewLink(request.params.name, authorOf(request))),
  }));

  app.patch<Named>("/api/v1/users/:name", needs("administer"), async (request) => {
    const { role } = checked(roleSchema, request.body);
    refusing(accounts.changeRole(request.params.name, role, authorOf(request)));
    return {};
  });

  app.delete<Named>("/api/v1/users/:name", needs("administer"), async (request) => {
    refusing(accounts.removeUser(request.params.name, authorOf(request)));
    return {};
  });

  app.get("/api/v1/sessions", needs("administer"), async () => ({ sessions: accounts.sessions() }));

  app.delete<WithId>("/api/v1/sessions/:id", needs("administer"), async (request) => {
    refusing(accounts.endSession(request.params.id, authorOf(request)));
    return {};
  });

  app.get("/api/v1/tokens", needs("administer"), async () => ({ tokens: accounts.tokens() }));

  app.post("/api/v1/tokens", needs("administer"), async (request, reply) => {
    const token = checked(newTokenSchema, request.body);
    const unknown = token.districts?.find((id) => !districts.has(id));
    if (unknown !== undefined)
      throw new HttpError(400, "unknown-district", `There is no district "${unknown}".`);
    return reply.code(201).send(refusing(accounts.addToken(token, authorOf(request))));
  });

  app.delete<WithId>("/api/v1/tokens/:id", needs("administer"), async (request) => {
    refusing(accounts.revokeToken(request.params.id, authorOf(request)));
    return {};
  });

  app.get("/api/v1/audit", needs("administer"), async (request) => {
    const query = checked(auditQuery, request.query);
    return { entries: accounts.audit(query), refusals: gate.refusals() };
  });
}

function authorOf(request: FastifyRequest): Author {
  return { who: principalOf(request).name, ...fromOf(request) };
}
