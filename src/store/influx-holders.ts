/**
 * Who holds each district, where several centres write into one InfluxDB: the one that wrote its name last. Each looks before it writes
 * anything, so a centre that was replaced while it hung, or was cut off, does no more when it wakes up.
 *
 *   holder,district=ID centre="HOST/PID/START" 0       an empty name: let go of in order
 */
import { Failure } from "../model/failure.ts";
import type { InfluxConnection } from "./influx-connection.ts";
import { tag, text } from "./influx-lines.ts";

export interface Holders {
  /** Resolves to those who held one of the districts and have not let go of it: dead, or about to find out. */
  take(): Promise<readonly string[]>;
  /** Throws Failure "taken-over" when another centre has taken one of the districts. */
  check(): Promise<void>;
  letGo(): Promise<void>;
}

export function createHolders(
  connection: InfluxConnection,
  districts: readonly string[],
  /** This centre in this run, unlike any other; words for a person. */
  centre: string,
): Holders {
  async function holders(): Promise<ReadonlyMap<string, string>> {
    const series = await connection.query("SELECT centre FROM holder GROUP BY district");
    return new Map(series.map(({ tags, rows }) => [tags.district ?? "", String(rows[0]?.[1] ?? "")]));
  }

  async function write(some: readonly string[], name: string): Promise<void> {
    const lines = some.map((district) => `holder,district=${tag(district)} centre=${text(name)} 0`);
    const outcome = await connection.write(lines);
    if (outcome.kind === "stored") return;
    const why = outcome.kind === "failed" ? outcome.failure.message : "InfluxDB refuses it";
    throw new Failure("store-write", `who holds the districts cannot be written: ${why}`, {
      retryable: true,
    });
  }

  return {
    async take() {
      const known = await holders();
      await write(districts, centre);
      const others = districts.flatMap((district) => known.get(district) || []);
      return [...new Set(others)].filter((other) => other !== centre);
    },
    async check() {
      const known = await holders();
      for (const district of districts) {
        const holder = known.get(district);
        if (holder === centre) continue;
        const who = holder ? `centre ${holder}` : "another centre, which has let go of it since";
        throw new Failure("taken-over", `district ${district} was taken over by ${who}`);
      }
    },
    async letGo() {
      const known = await holders();
      const own = districts.filter((district) => known.get(district) === centre);
      if (own.length > 0) await write(own, "");
    },
  };
}
