/** Whom alarms are told to, when and by which way: what notifications.yaml says, checked. */
import type { Priority } from "./alarm.ts";
import type { EventBody } from "./event.ts";
import type { Language } from "./language.ts";
import type { VerdictKind } from "./verdict.ts";

export interface MailChannel {
  readonly id: string;
  readonly kind: "mail";
  readonly host: string;
  readonly port: number;
  /** "starttls" refuses a server that offers none. */
  readonly security: "tls" | "starttls" | "none";
  readonly user?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly caFile?: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
}

/** Any gateway that takes a text message by HTTP: {to} and {text} stand in the address or the body. */
export interface SmsChannel {
  readonly id: string;
  readonly kind: "sms";
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  /** Header to the file that holds its value. */
  readonly headerFiles: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly to: readonly string[];
  readonly maxCharacters: number;
}

/** A webhook in the form that Alertmanager sends, version 4. */
export interface AlertmanagerChannel {
  readonly id: string;
  readonly kind: "alertmanager";
  readonly url: string;
  readonly bearerTokenFile?: string | undefined;
}

/** A webhook that gets every event as it is recorded, as CloudEvents 1.0; it needs no route. */
export interface CloudEventsChannel {
  readonly id: string;
  readonly kind: "cloudevents";
  readonly url: string;
  readonly bearerTokenFile?: string | undefined;
  readonly events: readonly EventBody["kind"][];
}

export type Channel = MailChannel | SmsChannel | AlertmanagerChannel | CloudEventsChannel;

/** Wall-clock time of a zone; `from` after `to` reaches over midnight. */
export interface Hours {
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly timeZone: string;
}

export interface Route {
  readonly id: string;
  readonly channels: readonly string[];
  /** null stands for all of them, here and below. */
  readonly districts: readonly string[] | null;
  readonly priorities: readonly Priority[] | null;
  readonly kinds: readonly VerdictKind[] | null;
  /** Outside them news wait; an escalation does not. */
  readonly hours: Hours | null;
  /** How long the first alarm waits for others, so that they are told together. */
  readonly groupWaitMs: number;
  /** While nobody acknowledges; null never. */
  readonly repeatMs: number | null;
  readonly escalation: { readonly afterMs: number; readonly channels: readonly string[] } | null;
}

export interface NotificationSettings {
  readonly language: Language;
  /** Where the control-room page is reached from outside, for links. */
  readonly pageUrl: string | null;
  readonly channels: readonly Channel[];
  readonly routes: readonly Route[];
  /** A message that says all is well, so that silence is noticed. */
  readonly watchdog: { readonly everyMs: number; readonly channels: readonly string[] } | null;
  /** Publish each standing alarm as a retained MQTT message. */
  readonly alarmTopics: boolean;
}
