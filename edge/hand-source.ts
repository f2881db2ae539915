/** Readings that people take: each goes the way of every other reading, and leaves its folder only when the spool has it. */
import { mkdirSync } from "node:fs";
import type { Notice } from "../src/model/agent.ts";
import { messageOf } from "../src/model/failure.ts";
import { type Series, seriesOf } from "../src/model/sample.ts";
import type { HandItemConfig } from "./agent-config.ts";
import { forget, keepTaken, keptReadings, setAside, takenReadings } from "./hand-inbox.ts";
import { type HandReading, objection } from "./hand-reading.ts";
import { conversionOf } from "./reading-config.ts";
import type { Source, SourceParts } from "./source.ts";
import { createSourceStanding } from "./source-standing.ts";

export interface HandParts extends SourceParts {
  /** The next reading of this sensor is the first of another register. */
  readonly restart: (sensor: string) => void;
}

const LOOK_MS = 1000;

export function startHandSource(
  items: readonly HandItemConfig[],
  folder: string,
  { spool, log, clock, restart }: HandParts,
): Source {
  const standing = createSourceStanding(clock);
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    for (const kept of keptReadings(folder)) {
      // One that nobody could have kept, or of a meter that is not in the configuration any more.
      const fault =
        "fault" in kept
          ? kept.fault
          : objection({ ...kept.reading, exchanged: true }, items, undefined, clock());
      if ("fault" in kept || fault !== undefined) await reject(kept.file, fault ?? "");
      else await take(kept.file, kept.reading);
    }
  }

  async function take(file: string, reading: HandReading): Promise<void> {
    const { meter, value, timeMs, by, exchanged } = reading;
    const own = items.filter((item) => item.meter === meter);
    if (exchanged) for (const { sensor } of own) restart(sensor);
    const figures = {
      meter,
      value,
      unit: own[0]?.unit ?? "",
      timeMs,
      by,
      ...(exchanged && { exchanged: "yes" }),
    };
    await spool.append(
      own.map((item) => sampleOf(item, reading)),
      [notice("hand-reading", figures)],
    );
    standing.heard();
    const taken = takenReadings(folder);
    if ((taken[meter]?.timeMs ?? 0) <= timeMs) keepTaken(folder, { ...taken, [meter]: { value, timeMs } });
    forget([file]);
    log.info(figures, "hand reading taken");
  }

  async function reject(file: string, reason: string): Promise<void> {
    log.warn({ file, reason }, "hand reading rejected");
    await spool.append([], [notice("hand-reading-rejected", { file, reason: reason.slice(0, 500) })]);
    setAside(file);
  }

  function notice(code: string, figures: Notice["figures"]): Notice {
    return { timeMs: clock(), code, figures };
  }

  /** What fails, a full disk or a folder nobody may read, is tried again at the next look. */
  function lookAgain(): void {
    looking ??= look()
      .then(() => standing.become("connected"))
      .catch((error) => {
        standing.become("lost", messageOf(error));
        log.error({ folder, reason: messageOf(error) }, "hand readings not taken; trying again");
      })
      .finally(() => {
        looking = undefined;
      });
  }

  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    log.error({ folder, reason: messageOf(error) }, "no folder for hand readings");
  }
  lookAgain();
  const timer = setInterval(lookAgain, LOOK_MS);
  return {
    name: "hand",
    kind: "hand",
    items: items.length,
    standing,
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}

function sampleOf(item: HandItemConfig, { value, timeMs }: HandReading): Series {
  const { factor, offset } = conversionOf(item);
  return seriesOf(item.sensor, [timeMs], [value * factor + offset]);
}
