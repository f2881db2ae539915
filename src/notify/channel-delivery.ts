/** The way out for each kind of channel. */
import type { Channel } from "../model/notification.ts";
import type { Deliver } from "./delivery.ts";
import { smsDelivery, webhookDelivery } from "./http-delivery.ts";
import { mailDelivery } from "./smtp-delivery.ts";

/** Throws Failure when a secret of the channel cannot be read. */
export function deliveryFor(channel: Channel): Deliver {
  switch (channel.kind) {
    case "mail":
      return mailDelivery(channel);
    case "sms":
      return smsDelivery(channel);
    case "alertmanager":
    case "cloudevents":
      return webhookDelivery(channel);
  }
}
