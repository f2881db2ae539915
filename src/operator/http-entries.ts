/** What people enter on the page: volumes of the balance, planned works, figures of partners. Each becomes an event, signed and audited. */
import { randomUUID } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Gate } from "../model/access.ts";
import { type Entry, newPartnerSchema, newWorkSchema, volumeEntrySchema } from "../model/entry.ts";
import type { StoredEvent } from "../model/event.ts";
import type { PlannedWork } from "../model/planned-work.ts";
import type { Topology } from "../model/topology.ts";
import type { Utility } from "../model/utility.ts";
import { districtScope } from "./district-scope.ts";
import type { Entered } from "./entered.ts";
import { checked, HttpError } from "./http-answers.ts";
import { needs, needsByDistrict, principalOf } from "./http-gate.ts";
import { describes } from "./http-openapi.ts";

/** Figures of two thousand districts. */
const PARTNER_BYTES = 2_000_000;
const MOST_PARTNERS = 200;

const idParams = z.object({ id: z.string() });
type WithId = { Params: { id: string } };

/** Records an entry; resolves when it is stored, told and followed. */
export type Enter = (entry: Entry, actor: string) => Promise<readonly StoredEvent[]>;

export interface EntriesOptions {
  readonly utility: Utility;
  readonly topology: Topology;
  readonly entered: Entered;
  /** Those of works.yaml. */
  readonly plannedWorks: readonly PlannedWork[];
  readonly enter: Enter;
  readonly gate: Gate;
}

export function addEntries(app: FastifyInstance, options: EntriesOptions): void {
  const { utility, topology, entered, plannedWorks, gate } = options;
  const known = new Set(utility.districts.map(({ id }) => id));
  const seesDistrict = (request: FastifyRequest) => {
    const maySee = districtScope(topology, principalOf(request));
    return (id: string) => known.has(id) && maySee({ kind: "district", id });
  };
  const requireDistricts = (request: FastifyRequest, districts: readonly string[]) => {
    const unknown = districts.find((id) => !seesDistrict(request)(id));
    if (unknown !== undefined)
      throw new HttpError(404, "unknown-district", `There is no district "${unknown}".`);
  };
  const record = async (request: FastifyRequest, entry: Entry, detail: Readonly<Record<string, unknown>>) => {
    const { name } = principalOf(request);
    await options.enter(entry, name);
    gate.performed(name, request.ip, entry.type, detail);
  };

  app.get(
    "/api/v1/volumes",
    needsByDistrict("see", describes({ tag: "entries", summary: "Volumes entered for water balances" })),
    async (request) => {
      const sees = seesDistrict(request);
      return { volumes: entered.volumes().filter(({ district }) => sees(district)) };
    },
  );

  app.post(
    "/api/v1/volumes",
    needsByDistrict(
      "engineer",
      describes({
        tag: "entries",
        summary: "Enters one line of a district's balance of a month; a later entry replaces it",
        body: volumeEntrySchema,
      }),
    ),
    async (request, reply) => {
      const volume = checked(volumeEntrySchema, request.body);
      requireDistricts(request, [volume.district]);
      await record(request, { type: "volume", ...volume }, volume);
      return reply.code(201).send({});
    },
  );

  app.get(
    "/api/v1/works",
    needsByDistrict(
      "see",
      describes({ tag: "entries", summary: "Planned works, of works.yaml and entered" }),
    ),
    async (request) => {
      const sees = seesDistrict(request);
      const works = [...plannedWorks.map((work) => ({ ...work, id: null, by: null })), ...entered.works()];
      return {
        works: works.filter(({ districts }) => districts.some(sees)).sort((a, b) => b.fromMs - a.fromMs),
      };
    },
  );

  app.post(
    "/api/v1/works",
    needsByDistrict(
      "engineer",
      describes({
        tag: "entries",
        summary: "Plans works: alarms that come while they last are expected",
        body: newWorkSchema,
      }),
    ),
    async (request, reply) => {
      const work = checked(newWorkSchema, request.body);
      requireDistricts(request, work.districts);
      const id = randomUUID();
      await record(request, { type: "work-planned", id, work: { ...work, kinds: null } }, work);
      return reply.code(201).send({ id });
    },
  );

  app.delete<WithId>(
    "/api/v1/works/:id",
    needsByDistrict(
      "engineer",
      describes({ tag: "entries", summary: "Cancels works that were entered", params: idParams }),
    ),
    async (request) => {
      const { id } = request.params;
      const work = entered.works().find((one) => one.id === id);
      if (!work) throw new HttpError(404, "unknown-works", `There are no entered works "${id}".`);
      requireDistricts(request, work.districts);
      await record(request, { type: "work-cancelled", id }, { reason: work.reason });
      return {};
    },
  );

  app.get(
    "/api/v1/partners",
    needs("see", describes({ tag: "reports", summary: "Figures of partner utilities that were imported" })),
    async () => ({ partners: entered.partners() }),
  );

  app.post(
    "/api/v1/partners",
    needs("engineer", {
      ...describes({
        tag: "reports",
        summary: "Imports a partner's exchange file, docs/schema/exchange-file.schema.json",
        body: newPartnerSchema,
      }),
      bodyLimit: PARTNER_BYTES,
    }),
    async (request, reply) => {
      const { name, file } = checked(newPartnerSchema, request.body);
      if (entered.partners().length >= MOST_PARTNERS)
        throw new HttpError(409, "too-many-partners", `${MOST_PARTNERS} files are kept: remove one first.`);
      const id = randomUUID();
      const detail = { name, period: file.period.name, areas: file.areas.length };
      await record(request, { type: "partner-imported", id, name, file }, detail);
      return reply.code(201).send({ id });
    },
  );

  app.delete<WithId>(
    "/api/v1/partners/:id",
    needs(
      "engineer",
      describes({ tag: "reports", summary: "Removes a partner's figures", params: idParams }),
    ),
    async (request) => {
      const { id } = request.params;
      const partner = entered.partners().find((one) => one.id === id);
      if (!partner) throw new HttpError(404, "unknown-partner", `There is no partner "${id}".`);
      await record(request, { type: "partner-removed", id }, { name: partner.name });
      return {};
    },
  );
}
