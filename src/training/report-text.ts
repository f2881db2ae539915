/** The report of an exercise as a file that a trainer can keep, in English: times on the town's wall clock. Pure. */
import { localDateOf, localMinuteOfDay } from "../model/local-time.ts";
import type { Loss, TrainingView } from "../model/training.ts";
import type { Utility } from "../model/utility.ts";

const WHAT = {
  leak: "leak",
  "sensor-fault": "sensor fault",
  "boundary-valve": "boundary valve",
  nothing: "nothing wrong",
} as const;

/** Markdown; empty while the exercise runs. */
export function reportText({ name, grade, exercise, report }: TrainingView, utility: Utility): string {
  if (!report) return "";
  const timeZone = utility.districts[0]?.timeZone ?? "UTC";
  const nameOf = (id: string) => utility.districts.find((one) => one.id === id)?.name ?? id;
  const time = (timeMs: number | null) => (timeMs === null ? "never" : wallTime(timeMs, timeZone));
  const loss = ({ m3, money }: Loss) => `${Math.round(m3)} m3, ${Math.round(money)} ${utility.currency}`;
  const troubles = report.troubles.map(
    ({ what, district, place, fromMs, awareMs, mendedMs }) =>
      `| ${WHAT[what]} | ${nameOf(district)} | ${place} | ${time(fromMs)} | ${time(awareMs)} | ${time(mendedMs)} |`,
  );
  const calls = report.calls.map(
    ({ atMs, district, judgement, right }) =>
      `| ${time(atMs)} | ${nameOf(district)} | ${WHAT[judgement]} | ${right ? "right" : "wrong"} |`,
  );
  return [
    `# Exercise: ${name}${grade === null ? "" : ` (lesson ${grade})`}`,
    "",
    `From ${time(exercise.startedMs)} to ${time(exercise.endedMs)}. Nothing of it was real.`,
    "",
    `**${report.points} of 100 points**`,
    "",
    "| water lost | |",
    "|---|---|",
    `| as played | ${loss(report.lost)} |`,
    `| at best: every crew leaves the moment something breaks | ${loss(report.lostAtBest)} |`,
    `| by doing nothing | ${loss(report.lostByDoingNothing)} |`,
    "",
    "| what it was | where | | since | known | mended |",
    "|---|---|---|---|---|---|",
    ...troubles,
    "",
    "| call | district | judged as | |",
    "|---|---|---|---|",
    ...calls,
    "",
    `Crews sent: ${exercise.missions.length}, of them in vain: ${report.missionsInVain}.`,
    "",
  ].join("\n");
}

function wallTime(timeMs: number, timeZone: string): string {
  const minute = localMinuteOfDay(timeMs, timeZone);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${localDateOf(timeMs, timeZone)} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
