/** How the embedded broker asks who may connect and what they may say and hear. */

export interface BrokerGuard {
  /** False when the name or the secret is wrong. */
  admits(name: string, secret: string): boolean;
  /** Whether who was admitted still is. */
  stands(name: string): boolean;
  mayPublish(name: string, topic: string): boolean;
  maySubscribe(name: string, filter: string): boolean;
  /** Logs and counts something that was turned away. */
  refused(reason: string, facts: Readonly<Record<string, unknown>>): void;
}
