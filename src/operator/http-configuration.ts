/** The configuration, to be read: it is changed in its files, which a text editor and version control look after better than a page. */
import type { FastifyInstance } from "fastify";
import type { ConfigurationView } from "../model/configuration-view.ts";
import type { NotificationSettings } from "../model/notification.ts";
import { needs } from "./http-gate.ts";
import { describes } from "./http-openapi.ts";

export interface ConfigurationOptions {
  readonly configuration: () => ConfigurationView;
  readonly notifications: NotificationSettings;
}

export function addConfiguration(
  app: FastifyInstance,
  { configuration, notifications }: ConfigurationOptions,
): void {
  app.get(
    "/api/v1/configuration",
    needs(
      "administer",
      describes({
        tag: "operation",
        summary: "The files of the configuration, and what is wrong with them now",
      }),
    ),
    async () => configuration(),
  );

  app.get(
    "/api/v1/routes",
    needs(
      "administer",
      describes({ tag: "operation", summary: "Whom alarms are told to, and by which channels" }),
    ),
    async () => ({
      language: notifications.language,
      // Of a channel only what it is: addresses of receivers may hold secrets.
      channels: notifications.channels.map(({ id, kind }) => ({ id, kind })),
      routes: notifications.routes,
      watchdog: notifications.watchdog,
    }),
  );
}
