/** A mail server as far as a client's mail goes: takes it, or answers the command that the test names with an error. */
import { once } from "node:events";
import { createServer } from "node:net";
import { onTestFinished } from "vitest";

type Command = "AUTH" | "MAIL" | "RCPT" | "DATA";

export interface SmtpReceiver {
  readonly port: number;
  /** Whole mails, headers and text, decoded. */
  readonly mails: readonly string[];
  /** Answers the command so from now on; null takes everything again. */
  refuse(command: Command | null, answer?: string): void;
}

export async function startSmtpReceiver(): Promise<SmtpReceiver> {
  const mails: string[] = [];
  let refused: Command | null = null;
  let refusal = "";
  const server = createServer((socket) => {
    let data: string[] | null = null;
    let rest = "";
    const say = (line: string) => socket.write(`${line}\r\n`);
    say("220 mail.example ready");
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      const lines = (rest + chunk.toString("utf8")).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (data) {
          if (line !== ".") data.push(line);
          else {
            mails.push(data.join("\n"));
            data = null;
            say("250 taken");
          }
          continue;
        }
        const command = line.split(" ")[0]?.toUpperCase() ?? "";
        if (command === refused) say(refusal);
        else if (command === "EHLO") say("250-mail.example\r\n250-AUTH PLAIN\r\n250 SMTPUTF8");
        else if (command === "DATA") {
          data = [];
          say("354 go on");
        } else if (command === "AUTH") say("235 welcome");
        else if (command === "QUIT") {
          say("221 bye");
          socket.end();
        } else say("250 ok");
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  return {
    port: address.port,
    mails,
    refuse(command, answer = "550 no") {
      refused = command;
      refusal = answer;
    },
  };
}
