/** Power and link cuts of the station, as the scenario tells them: the agent is killed and started again, its link is cut and restored. */
import { lastsAt, type SiteTrouble } from "../simulate/trouble.ts";
import { readWorld, simulatedTime } from "./demo-world.ts";

const LOOK_MS = 200;

export interface CutSite {
  setPower(on: boolean): void;
  setLink(on: boolean): void;
}

/** Follows the clock of the world in the file; hands back how to stop. */
export function startCuts(worldFile: string, troubles: readonly SiteTrouble[], site: CutSite): () => void {
  const isCut = { power: false, link: false };
  const look = (): void => {
    const nowMs = simulatedTime(readWorld(worldFile), Date.now());
    for (const kind of ["power", "link"] as const) {
      const cut = troubles.some((one) => one.kind === kind && lastsAt(one, nowMs));
      if (cut === isCut[kind]) continue;
      isCut[kind] = cut;
      if (kind === "power") site.setPower(!cut);
      else site.setLink(!cut);
    }
  };
  const timer = setInterval(look, LOOK_MS);
  return () => clearInterval(timer);
}
