/** The live stream's part of the AsyncAPI document. */
import {
  alarmChangeSchema,
  alarmViewSchema,
  nightSchema,
  rationalisationSchema,
  storedEventSchema,
  verdictSchema,
  workOrderSchema,
} from "./alarm-schema.ts";
import type { AsyncApiPart } from "./asyncapi.ts";
import { actionSchema, CLIENT_MESSAGES } from "./live.ts";
import {
  districtViewSchema,
  latestSchema,
  SERVER_MESSAGES,
  siteSchema,
  utilitySchema,
} from "./live-schema.ts";
import { leakFindingSchema } from "./work-order.ts";

const LIVE_DESCRIPTION = `A client says hello and gets a snapshot, then every change. After a lost connection it says hello with the cursor of the last
event it knows and gets those it missed. It connects with the cookie of a log-in from the page's own origin, or as a program with
"Authorization: Bearer TOKEN". A client that reads too slowly is cut off and comes back like any other. When a session ends, the
connection is closed with code 4401.`;

export const LIVE_PART: AsyncApiPart = {
  server: {
    name: "centre",
    host: "127.0.0.1:8080",
    protocol: "ws",
    description: "Where the page is (http in server.yaml); wss over TLS",
  },
  channels: [
    {
      name: "live",
      address: "/api/v1/live",
      description: LIVE_DESCRIPTION.replaceAll("\n", " "),
      bindings: { ws: { method: "GET" } },
      hears: [
        {
          name: "hello",
          summary: "Begins; with a cursor, goes on where the client was",
          schema: CLIENT_MESSAGES.hello,
        },
        {
          name: "act",
          summary: "Acts on an alarm; answered by done or refused with the same request",
          schema: CLIENT_MESSAGES.act,
        },
      ],
      says: Object.entries(SERVER_MESSAGES).map(([name, schema]) => ({
        name,
        summary: schema.description ?? name,
        schema,
      })),
    },
  ],
  shared: {
    Action: actionSchema,
    Alarm: alarmViewSchema,
    AlarmChange: alarmChangeSchema,
    District: districtViewSchema,
    Event: storedEventSchema,
    LeakFinding: leakFindingSchema,
    Night: nightSchema,
    Rationalisation: rationalisationSchema,
    Sample: latestSchema,
    Station: siteSchema,
    Utility: utilitySchema,
    Verdict: verdictSchema,
    WorkOrder: workOrderSchema,
  },
};
