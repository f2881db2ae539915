/** The port to MQTT: messages in, answers out. Behind it stands the embedded broker or a connection to another one. */

export interface InboxMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** True for a message that the broker kept from before the subscription. */
  readonly retained: boolean;
}

/** Must return at once: the broker's keepalives wait for it. */
export type InboxListener = (message: InboxMessage) => void;

export interface MqttInbox {
  /**
   * Called once, or once for each session where a centre has several. Listens from now on, or from whenever the broker can be reached, and
   * after every reconnection.
   */
  listen(filters: readonly string[], listener: InboxListener, session?: string): void;
  /** Resolves when the broker has taken the message; with an unreachable broker, when it is back. */
  publish(topic: string, payload: string, options: { readonly retain: boolean }): Promise<void>;
  /** True while messages that match the filters come in. */
  connected(): boolean;
  close(): Promise<void>;
}
