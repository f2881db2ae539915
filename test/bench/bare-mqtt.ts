/** The few packets of MQTT 3.1.1 that a load needs which costs hardly anything to send: connect, and publish at QoS 1. */

/** What the broker answers to each message of QoS 1. */
export const PUBACK_BYTES = 4;
const PACKET_IDS = 65_535;

export function connectPacket(clientId: string): Buffer {
  const [version, cleanSession, noKeepalive] = [4, 2, [0, 0]];
  return packet(
    0x10,
    Buffer.concat([text("MQTT"), Buffer.from([version, cleanSession, ...noKeepalive]), text(clientId)]),
  );
}

/** `number` grows by one a message; packet ids follow it round. */
export function publishPacket(topic: string, payload: string, number: number): Buffer {
  const id = Buffer.alloc(2);
  id.writeUInt16BE(1 + (number % PACKET_IDS));
  return packet(0x32, Buffer.concat([text(topic), id, Buffer.from(payload)]));
}

function packet(kind: number, body: Buffer): Buffer {
  const head = [kind];
  for (let left = body.length; ; left >>>= 7) {
    head.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    if (left <= 0x7f) break;
  }
  return Buffer.concat([Buffer.from(head), body]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
