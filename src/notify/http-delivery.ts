/** Letters by HTTP: webhooks in the form of Alertmanager and of CloudEvents, and text messages by any gateway. */
import { readFileSync } from "node:fs";
import { Failure, messageOf } from "../model/failure.ts";
import type { AlertmanagerChannel, CloudEventsChannel, SmsChannel } from "../model/notification.ts";
import { alertmanagerPayload } from "./alertmanager-payload.ts";
import type { Deliver, Delivery } from "./delivery.ts";
import { shortTextOf } from "./message-text.ts";

const TIMEOUT_MS = 15_000;

/** Statuses that say "not now", or "not as whom you say you are": somebody may set that right. All other refusals are for good. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([401, 403, 407, 408, 421, 425, 429]);

export function webhookDelivery(channel: AlertmanagerChannel | CloudEventsChannel): Deliver {
  const token = channel.bearerTokenFile === undefined ? undefined : secretIn(channel.bearerTokenFile);
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const post = (contentType: string, payload: unknown) =>
    send(channel.url, {
      method: "POST",
      headers: { ...authorization, "content-type": contentType },
      body: JSON.stringify(payload),
    });
  return async (letter) =>
    letter.kind === "event"
      ? post("application/cloudevents+json", letter.event)
      : post("application/json", alertmanagerPayload(letter.notification, channel.id));
}

export function smsDelivery(channel: SmsChannel): Deliver {
  const { url, method, body, maxCharacters } = channel;
  const secrets = Object.entries(channel.headerFiles).map(([name, file]) => [name, secretIn(file)]);
  const headers: Record<string, string> = { ...channel.headers, ...Object.fromEntries(secrets) };
  const encoding = encodingFor(headers);
  return async (letter) => {
    if (letter.kind === "event") return { kind: "permanent", why: "a text message cannot carry an event" };
    const values = { to: letter.to ?? "", text: shortTextOf(letter.notification, maxCharacters) };
    return send(filled(url, values, encodeURIComponent), {
      method,
      headers,
      ...(body !== undefined && method === "POST" && { body: filled(body, values, encoding) }),
    });
  };
}

async function send(url: string, request: RequestInit): Promise<Delivery> {
  try {
    const answer = await fetch(url, {
      ...request,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    return deliveryOf(answer);
  } catch (failure) {
    // fetch says "fetch failed" and keeps the reason as the cause.
    const cause = failure instanceof Error && failure.cause ? failure.cause : failure;
    return { kind: "passing", why: messageOf(cause) };
  }
}

function deliveryOf({ ok, status, statusText, headers }: Response): Delivery {
  if (ok) return { kind: "delivered" };
  const why = `${status} ${statusText}`.trim();
  if (status < 500 && !PASSING_STATUSES.has(status)) return { kind: "permanent", why };
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return { kind: "passing", why, ...(seconds > 0 && { retryAfterMs: seconds * 1000 }) };
}

type Encode = (value: string) => string;

function encodingFor(headers: Readonly<Record<string, string>>): Encode {
  const [, contentType = ""] =
    Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type") ?? [];
  if (contentType.includes("json")) return (value) => JSON.stringify(value).slice(1, -1);
  if (contentType.includes("x-www-form-urlencoded")) return encodeURIComponent;
  return (value) => value;
}

function filled(template: string, values: Readonly<Record<string, string>>, encode: Encode): string {
  return template.replace(/\{(to|text)\}/g, (_, name: string) => encode(values[name] ?? ""));
}

/** Throws Failure "secret-not-read". */
export function secretIn(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (failure) {
    throw new Failure("secret-not-read", `the secret in ${file} cannot be read: ${messageOf(failure)}`);
  }
}
