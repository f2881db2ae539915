/** A receiver of webhooks: a real HTTP server that keeps what it is sent and answers as the test says. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { onTestFinished } from "vitest";

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpReceiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** From now on; 200 at first. */
  answerWith(status: number, headers?: Record<string, string>): void;
}

export async function startHttpReceiver(): Promise<HttpReceiver> {
  const received: Received[] = [];
  let answer = { status: 200, headers: {} as Record<string, string> };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({
      method: request.method ?? "",
      url: request.url ?? "",
      headers: request.headers,
      body: Buffer.concat(chunks).toString("utf8"),
    });
    response.writeHead(answer.status, answer.headers).end("thanks");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    answerWith(status, headers = {}) {
      answer = { status, headers };
    },
  };
}
