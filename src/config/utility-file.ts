/** utility.yaml: sensors and districts as an engineer writes them, turned into the nouns of src/model/utility.ts. */
import { z } from "zod";
import type { ConfigFault } from "../model/checked-yaml.ts";
import { QUANTITIES, type Quantity } from "../model/units.ts";
import { type District, type NightParameters, PUBLISHED_NIGHT, type Utility } from "../model/utility.ts";
import { idSchema } from "../model/wire.ts";
import { minuteOf, timeZoneSchema, wallClockSchema } from "./time-schemas.ts";

const positionSchema = z
  .object({ latitudeDeg: z.number().min(-90).max(90), longitudeDeg: z.number().min(-180).max(180) })
  .strict();

const date = z.iso.date("must be a date such as 2026-03-01");

const instrumentSchema = z
  .object({
    maker: z.string().min(1).max(100).optional(),
    model: z.string().min(1).max(100).optional(),
    serial: z.string().min(1).max(100).optional(),
    diameterMm: z.number().positive().max(5000).optional(),
    installedOn: date.optional(),
    calibratedOn: date.optional(),
    calibrationDueOn: date.optional(),
    exchangeDueOn: date.optional(),
    accuracyPercent: z
      .number()
      .min(0)
      .max(50)
      .optional()
      .describe("95 % error of what it measures over a month; reports assume 2 when left out, and say so"),
  })
  .strict()
  .superRefine((given, context) => {
    for (const [earlier, later] of IN_ORDER) {
      const [before = "", after = ""] = [given[earlier], given[later]];
      // One that is no date has been told already.
      if (!date.safeParse(before).success || !date.safeParse(after).success || before <= after) continue;
      context.addIssue({ code: "custom", path: [later], message: `must not be before ${earlier}` });
    }
  });

const IN_ORDER = [
  ["installedOn", "calibrationDueOn"],
  ["installedOn", "exchangeDueOn"],
  ["calibratedOn", "calibrationDueOn"],
] as const;

const sensorSchema = z
  .object({
    id: idSchema,
    name: z.string().min(1).optional(),
    site: idSchema,
    quantity: z.enum(QUANTITIES as [Quantity, ...Quantity[]]),
    intervalS: z
      .number()
      .positive()
      .max(86_400)
      .default(300)
      .describe("how often a value is expected, seconds"),
    position: positionSchema.optional(),
    instrument: instrumentSchema.optional().describe("its plate and its papers, for the register of meters"),
  })
  .strict();

const atLeastZero = z.number().min(0);

const calendarSchema = z
  .array(
    z
      .object({
        name: z.string().min(1).max(60),
        from: z.iso.date(),
        to: z.iso.date().optional().describe("its last day; the first when left out"),
      })
      .strict()
      .refine(({ from, to }) => to === undefined || from <= to, {
        path: ["to"],
        message: "must not be before from",
      }),
  )
  .default([])
  .describe("days on which people use water otherwise: holidays, a festival, Ramadan");

/** Defaults: WRC TT 109/99 (South African night flow analysis), see docs/leakage.md. */
const nightSchema = z
  .object({
    mainsKm: atLeastZero,
    connections: atLeastZero,
    properties: atLeastZero.optional().describe("as many as connections when left out"),
    population: atLeastZero,
    activePercent: z
      .number()
      .min(0)
      .max(100)
      .default(PUBLISHED_NIGHT.activePercent)
      .describe("of the population, active at night"),
    useLPerActivePersonH: atLeastZero.default(PUBLISHED_NIGHT.useLPerActivePersonH),
    smallUsersM3h: atLeastZero.default(PUBLISHED_NIGHT.smallUsersM3h),
    largeUsersM3h: atLeastZero.default(PUBLISHED_NIGHT.largeUsersM3h),
    mainsLPerKmH: atLeastZero.default(PUBLISHED_NIGHT.mainsLPerKmH),
    connectionLPerH: atLeastZero.default(PUBLISHED_NIGHT.connectionLPerH),
    propertyLPerH: atLeastZero.default(PUBLISHED_NIGHT.propertyLPerH),
    pressureM: z
      .number()
      .positive()
      .default(PUBLISHED_NIGHT.pressureM)
      .describe("average zone pressure at night when not measured"),
    unitBurstM3h: z
      .number()
      .positive()
      .default(PUBLISHED_NIGHT.unitBurstM3h)
      .describe("flow of one service pipe burst at 50 m"),
  })
  .strict();

const shareSchema = z
  .object({
    percent: z.number().min(0).max(100),
    marginPercent: z.number().min(0).max(200).describe("95 % error margin, percent of the volume"),
    source: z.string().min(1).max(200).describe("where the figure comes from"),
  })
  .strict();

/** None of these has a default: what is left out, a report calls not known. */
const balanceSchema = z
  .object({
    unbilledUnmetered: shareSchema.optional().describe("of the system input: flushing, fire fighting"),
    unauthorised: shareSchema.optional().describe("of the system input: theft"),
    meterError: shareSchema.optional().describe("of billed metered consumption: meters that read low"),
    dataHandling: shareSchema
      .optional()
      .describe("of billed metered consumption: errors of reading and billing"),
    supplyHoursPerDay: z.number().positive().max(24).optional().describe("where no pressure is measured"),
    privatePipesKm: atLeastZero.optional().describe("between the street's edge and the customers' meters"),
  })
  .strict();

const districtSchema = z
  .object({
    id: idSchema,
    name: z.string().min(1).optional(),
    timeZone: timeZoneSchema.optional().describe("that of the utility when left out"),
    meters: z
      .array(z.object({ sensor: idSchema, sign: z.union([z.literal(1), z.literal(-1)]).default(1) }).strict())
      .describe("sign 1 measures water entering, -1 water leaving"),
    tanks: z.array(z.object({ levelSensor: idSchema, areaM2: z.number().positive() }).strict()).default([]),
    pressureSensor: idSchema.optional(),
    nightWindow: z
      .object({ start: wallClockSchema.default("02:00"), end: wallClockSchema.default("04:00") })
      .strict()
      .refine(({ start, end }) => start < end, "must end after it starts, on the same morning")
      .prefault({}),
    night: nightSchema,
    calendar: calendarSchema.describe("days of this district alone, beside those of the utility"),
    neighbours: z.array(idSchema).default([]).describe("districts that share a boundary valve with it"),
    waterValuePerM3: atLeastZero.optional().describe("that of the utility when left out"),
    balance: balanceSchema.optional().describe("each line that of the utility when left out"),
    position: positionSchema.optional(),
    outline: z
      .array(positionSchema)
      .min(3)
      .optional()
      .describe("corners of the boundary in order, for maps; the last is joined to the first"),
  })
  .strict();

export const utilitySchema = z
  .object({
    id: idSchema,
    name: z.string().min(1),
    currency: z.string().regex(/^[A-Z]{3}$/, "must be an ISO 4217 code such as KES"),
    timeZone: timeZoneSchema,
    waterValuePerM3: atLeastZero.describe("what one m3 lost costs, in the currency"),
    map: z
      .object({
        url: z
          .string()
          .regex(/^https?:\/\/.+\{z\}.*/, "must be an address such as https://tiles.example/{z}/{x}/{y}.png"),
        attribution: z.string().min(1).describe("whose map it is, as its licence asks"),
      })
      .strict()
      .optional()
      .describe("tiles behind the map; without them the map shows the network alone"),
    calendar: calendarSchema,
    sensors: z.array(sensorSchema).min(1),
    districts: z.array(districtSchema).min(1),
    balance: balanceSchema.prefault({}).describe("what water balances assume where nothing was entered"),
    survey: z
      .object({ costPerKm: z.number().positive(), leakageRiseM3PerKmDayYear: z.number().positive() })
      .strict()
      .optional()
      .describe(
        "what a survey for leaks costs and how fast unreported leakage rises, for how often to survey",
      ),
  })
  .strict();

export type UtilityFile = z.infer<typeof utilitySchema>;

type Refer = (path: readonly PropertyKey[], message: string) => ConfigFault;

/** What a schema cannot see: ids used twice, and references to sensors or districts that are not there. */
export function referenceFaults(file: UtilityFile, fault: Refer): ConfigFault[] {
  const quantityOf = new Map(file.sensors.map(({ id, quantity }) => [id, quantity]));
  const districts = new Set(file.districts.map(({ id }) => id));
  const faults = [
    ...repeated(file.sensors.map(({ id }) => id)).map((index) =>
      fault(["sensors", index, "id"], "is used by a sensor above"),
    ),
    ...repeated(file.districts.map(({ id }) => id)).map((index) =>
      fault(["districts", index, "id"], "is used by a district above"),
    ),
  ];
  const checkSensor = (path: readonly PropertyKey[], id: string, quantity: Quantity): void => {
    const found = quantityOf.get(id);
    if (found === undefined) faults.push(fault(path, `there is no sensor "${id}"`));
    else if (found !== quantity) faults.push(fault(path, `"${id}" measures ${found}, needed is ${quantity}`));
  };
  for (const [index, district] of file.districts.entries()) {
    const path = ["districts", index];
    for (const [at, { sensor }] of district.meters.entries()) {
      checkSensor([...path, "meters", at, "sensor"], sensor, "flow");
    }
    for (const at of repeated(district.meters.map(({ sensor }) => sensor))) {
      faults.push(fault([...path, "meters", at, "sensor"], "is listed twice in this district"));
    }
    for (const [at, { levelSensor }] of district.tanks.entries()) {
      checkSensor([...path, "tanks", at, "levelSensor"], levelSensor, "level");
    }
    if (district.pressureSensor)
      checkSensor([...path, "pressureSensor"], district.pressureSensor, "pressure");
    for (const [at, id] of district.neighbours.entries()) {
      const here = [...path, "neighbours", at];
      if (id === district.id) faults.push(fault(here, "is the district itself"));
      else if (!districts.has(id)) faults.push(fault(here, `there is no district "${id}"`));
    }
  }
  return faults;
}

export function utilityOf(file: UtilityFile): Utility {
  return {
    id: file.id,
    name: file.name,
    currency: file.currency,
    ...(file.map && { map: file.map }),
    sensors: file.sensors.map(({ intervalS, name, ...sensor }) => ({
      ...sensor,
      name: name ?? sensor.id,
      intervalMs: intervalS * 1000,
    })),
    districts: file.districts.map((district) => districtOf(district, file)),
    survey: file.survey,
  };
}

function districtOf(district: UtilityFile["districts"][number], file: UtilityFile): District {
  const night: NightParameters = {
    ...district.night,
    properties: district.night.properties ?? district.night.connections,
  };
  return {
    ...district,
    name: district.name ?? district.id,
    timeZone: district.timeZone ?? file.timeZone,
    calendar: [...file.calendar, ...district.calendar].map(({ name, from, to }) => ({
      name,
      from,
      to: to ?? from,
    })),
    waterValuePerM3: district.waterValuePerM3 ?? file.waterValuePerM3,
    balance: { ...file.balance, ...district.balance },
    nightWindow: {
      startMinute: minuteOf(district.nightWindow.start),
      endMinute: minuteOf(district.nightWindow.end),
    },
    night,
  };
}

function repeated(ids: readonly string[]): number[] {
  return ids.flatMap((id, index) => (ids.indexOf(id) < index ? [index] : []));
}
