/** notifications.yaml: whom alarms are told to. Without the file nobody is told but the page. */
import { z } from "zod";
import { PRIORITIES } from "../model/alarm.ts";
import type { ConfigFault } from "../model/checked-yaml.ts";
import { MINUTE_MS } from "../model/clock.ts";
import { LANGUAGES } from "../model/language.ts";
import type { NotificationSettings, Route } from "../model/notification.ts";
import { idSchema } from "../model/wire.ts";
import { ALARM_KINDS } from "./alarms-file.ts";
import { minuteOf, timeZoneSchema, wallClockSchema } from "./time-schemas.ts";

const webUrl = z.url({
  protocol: /^https?$/,
  error: "must be an address that starts with http:// or https://",
});
const secretFile = z.string().min(1).describe("a file that holds nothing but the secret");
const address = z.email("must be a mail address");

const mailSchema = z
  .object({
    id: idSchema,
    kind: z.literal("mail"),
    host: z.string().min(1),
    port: z.number().int().min(1).max(65_535).default(587),
    security: z.enum(["tls", "starttls", "none"]).default("starttls"),
    user: z.string().min(1).optional(),
    passwordFile: secretFile.optional(),
    caFile: z
      .string()
      .min(1)
      .optional()
      .describe("certificate of the authority that signed the server's, PEM"),
    from: address,
    to: z.array(address).min(1),
  })
  .strict()
  .refine(({ user, passwordFile }) => (user === undefined) === (passwordFile === undefined), {
    path: ["passwordFile"],
    error: "user and passwordFile belong together",
  });

const smsSchema = z
  .object({
    id: idSchema,
    kind: z.literal("sms"),
    url: webUrl.describe("{to} and {text} are put in, encoded"),
    method: z.enum(["GET", "POST"]).default("POST"),
    headers: z.record(z.string(), z.string()).default({}),
    headerFiles: z.record(z.string(), secretFile).default({}).describe("header: file that holds its value"),
    body: z.string().optional().describe("{to} and {text} are put in, encoded as the content-type asks"),
    to: z.array(z.string().min(3)).min(1),
    maxCharacters: z.number().int().min(70).max(1600).default(306).describe("306 are two messages"),
  })
  .strict()
  .refine(({ url, body = "" }) => `${url}${body}`.includes("{text}"), {
    path: ["body"],
    error: "neither address nor body has {text}",
  });

const webhook = { url: webUrl, bearerTokenFile: secretFile.optional() };

const channelSchema = z.discriminatedUnion("kind", [
  mailSchema,
  smsSchema,
  z.object({ id: idSchema, kind: z.literal("alertmanager"), ...webhook }).strict(),
  z
    .object({
      id: idSchema,
      kind: z.literal("cloudevents"),
      ...webhook,
      events: z
        .array(z.enum(["alarm", "verdict", "night", "notice"]))
        .min(1)
        .default(["alarm"]),
    })
    .strict(),
]);

const channelIds = z.array(idSchema).min(1);

const routeSchema = z
  .object({
    id: idSchema,
    channels: channelIds,
    districts: z.array(idSchema).min(1).optional(),
    priorities: z.array(z.enum(PRIORITIES)).min(1).optional(),
    kinds: z.array(z.enum(ALARM_KINDS)).min(1).optional(),
    hours: z
      .object({ from: wallClockSchema, to: wallClockSchema, timeZone: timeZoneSchema.optional() })
      .strict()
      .optional()
      .describe("outside them news wait until they begin; from after to reaches over midnight"),
    groupWaitS: z.number().min(0).max(3600).default(30),
    repeatMinutes: z.number().min(1).optional(),
    escalation: z
      .object({ afterMinutes: z.number().min(1), channels: channelIds })
      .strict()
      .optional(),
  })
  .strict();

export const notificationsSchema = z
  .object({
    language: z.enum(LANGUAGES).default("en"),
    pageUrl: webUrl.optional().describe("where the page is reached from outside, for links"),
    channels: z.array(channelSchema).default([]),
    routes: z.array(routeSchema).default([]),
    watchdog: z
      .object({ everyHours: z.number().min(0.01), channels: channelIds })
      .strict()
      .optional(),
    alarmTopics: z.boolean().default(false).describe("publish standing alarms as retained MQTT messages"),
  })
  .strict();

type NotificationsFile = z.infer<typeof notificationsSchema>;

type Refer = (path: readonly PropertyKey[], message: string) => ConfigFault;

/** What a schema cannot see: ids used twice, channels and districts that are not there, channels that take no alarms. */
export function notificationFaults(
  { channels, routes, watchdog }: NotificationsFile,
  districts: readonly string[],
  fault: Refer,
): ConfigFault[] {
  const kindOf = new Map(channels.map(({ id, kind }) => [id, kind]));
  const checkChannels = (ids: readonly string[], path: readonly PropertyKey[]) =>
    ids.flatMap((id, at) => {
      const kind = kindOf.get(id);
      if (kind === undefined) return [fault([...path, at], `there is no channel "${id}"`)];
      if (kind !== "cloudevents") return [];
      return [fault([...path, at], `"${id}" gets every event as it is and takes no messages`)];
    });
  const twice = (ids: readonly string[], key: string) =>
    ids.flatMap((id, at) => (ids.indexOf(id) < at ? [fault([key, at, "id"], "is used above")] : []));
  return [
    ...twice(
      channels.map(({ id }) => id),
      "channels",
    ),
    ...twice(
      routes.map(({ id }) => id),
      "routes",
    ),
    ...routes.flatMap((route, index) => [
      ...checkChannels(route.channels, ["routes", index, "channels"]),
      ...checkChannels(route.escalation?.channels ?? [], ["routes", index, "escalation", "channels"]),
      ...(route.districts ?? []).flatMap((id, at) =>
        districts.includes(id)
          ? []
          : [fault(["routes", index, "districts", at], `there is no district "${id}" in utility.yaml`)],
      ),
    ]),
    ...checkChannels(watchdog?.channels ?? [], ["watchdog", "channels"]),
  ];
}

/** `timeZone` is the utility's, for hours that name none. */
export function notificationsOf(file: NotificationsFile, timeZone: string): NotificationSettings {
  const { watchdog, pageUrl = null } = file;
  return {
    ...file,
    pageUrl,
    routes: file.routes.map((route) => routeOf(route, timeZone)),
    watchdog: watchdog
      ? { everyMs: watchdog.everyHours * 60 * MINUTE_MS, channels: watchdog.channels }
      : null,
  };
}

function routeOf(route: NotificationsFile["routes"][number], timeZone: string): Route {
  const { hours, escalation, repeatMinutes } = route;
  return {
    id: route.id,
    channels: route.channels,
    districts: route.districts ?? null,
    priorities: route.priorities ?? null,
    kinds: route.kinds ?? null,
    hours: hours
      ? {
          fromMinute: minuteOf(hours.from),
          toMinute: minuteOf(hours.to),
          timeZone: hours.timeZone ?? timeZone,
        }
      : null,
    groupWaitMs: route.groupWaitS * 1000,
    repeatMs: repeatMinutes === undefined ? null : repeatMinutes * MINUTE_MS,
    escalation: escalation
      ? { afterMs: escalation.afterMinutes * MINUTE_MS, channels: escalation.channels }
      : null,
  };
}
