/** A notification in the form in which Alertmanager calls webhooks, version 4. Pure. */
import type { Notification, NotifiedAlarm } from "./notification.ts";

/** What Alertmanager writes for an alert that has not ended. */
const NOT_ENDED = "0001-01-01T00:00:00Z";

export interface AlertmanagerPayload {
  readonly version: "4";
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  readonly status: "firing" | "resolved";
  readonly receiver: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly commonAnnotations: Readonly<Record<string, string>>;
  readonly externalURL: string;
  readonly alerts: readonly Alert[];
}

interface Alert {
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

export function alertmanagerPayload(notification: Notification, receiver: string): AlertmanagerPayload {
  const { utility, route, occasion, asking, over, more } = notification;
  const alerts =
    occasion === "watchdog"
      ? [watchdogAlert(notification)]
      : [...asking, ...over].map((alarm) => alertOf(alarm, notification));
  const groupLabels = { utility: utility.id, route };
  return {
    version: "4",
    groupKey: `{}:{utility="${utility.id}", route="${route}"}`,
    truncatedAlerts: more,
    status: alerts.some(({ status }) => status === "firing") ? "firing" : "resolved",
    receiver,
    groupLabels,
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalURL: notification.pageUrl ?? "",
    alerts,
  };
}

function alertOf(alarm: NotifiedAlarm, { utility, occasion, pageUrl }: Notification): Alert {
  const { id, kind, priority, state, district, subject, claim, explanation, response, endMs } = alarm;
  const active = state === "unacknowledged" || state === "acknowledged";
  return {
    status: active ? "firing" : "resolved",
    labels: {
      alertname: kind,
      severity: priority,
      utility: utility.id,
      ...(district === null ? {} : { district }),
      subject,
      alarm: id,
    },
    annotations: {
      summary: claim,
      description: explanation.join(" "),
      response,
      ...(occasion === "news" ? {} : { occasion }),
    },
    startsAt: new Date(alarm.startMs).toISOString(),
    endsAt: active || endMs === null ? NOT_ENDED : new Date(endMs).toISOString(),
    generatorURL: pageUrl ?? "",
    fingerprint: id,
  };
}

/** Fires always: whoever does not hear it any more knows that the centre is silent. */
function watchdogAlert({ utility, createdMs, pageUrl, unacknowledged }: Notification): Alert {
  return {
    status: "firing",
    labels: { alertname: "Watchdog", severity: "none", utility: utility.id },
    annotations: {
      summary: `Nightflow watches over ${utility.name}; ${unacknowledged} alarms unacknowledged.`,
    },
    startsAt: new Date(createdMs).toISOString(),
    endsAt: NOT_ENDED,
    generatorURL: pageUrl ?? "",
    fingerprint: `watchdog:${utility.id}`,
  };
}

/** What all of them say alike. */
function common(records: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  const [first = {}, ...others] = records;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((other) => other[name] === value)),
  );
}
