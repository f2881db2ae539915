/** Letters by mail. */
import { readFileSync } from "node:fs";
import { createTransport } from "nodemailer";
import { messageOf } from "../model/failure.ts";
import type { MailChannel } from "../model/notification.ts";
import type { Deliver, Delivery } from "./delivery.ts";
import { secretIn } from "./http-delivery.ts";
import { bodyOf, subjectOf } from "./message-text.ts";

const TIMEOUT_MS = 15_000;

export function mailDelivery(channel: MailChannel): Deliver {
  const { host, port, security, user, passwordFile, caFile, from, to } = channel;
  const transport = createTransport({
    host,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    ...(user !== undefined && passwordFile !== undefined && { auth: { user, pass: secretIn(passwordFile) } }),
    ...(caFile !== undefined && { tls: { ca: readFileSync(caFile) } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // What is sent is made here: no file and no address is ever read into a mail.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = from.split("@").at(-1) ?? "nightflow";
  return async (letter, id) => {
    if (letter.kind === "event") return { kind: "permanent", why: "a mail cannot carry an event" };
    const { notification } = letter;
    try {
      await transport.sendMail({
        messageId: `<nightflow.${id}@${domain}>`,
        date: new Date(notification.createdMs),
        from,
        to: [...to],
        subject: subjectOf(notification),
        text: bodyOf(notification),
        headers: { "Auto-Submitted": "auto-generated" },
      });
      return { kind: "delivered" };
    } catch (failure) {
      return deliveryOf(failure);
    }
  };
}

/** A server that answers 5xx will not take this mail, ever; unless it is we whom it does not let in, which can be set right. */
function deliveryOf(failure: unknown): Delivery {
  const status = failure instanceof Error && "responseCode" in failure ? Number(failure.responseCode) : 0;
  const notLetIn = failure instanceof Error && "code" in failure && failure.code === "EAUTH";
  return { kind: status >= 500 && !notLetIn ? "permanent" : "passing", why: messageOf(failure) };
}
