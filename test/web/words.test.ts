import { describe, expect, test } from "vitest";
import type { Language } from "../../src/model/language.ts";
import { ENGLISH } from "../../src/model/sentences-en.ts";
import { EN } from "../../src/web/words/en.ts";
import { FR } from "../../src/web/words/fr.ts";
import { SW } from "../../src/web/words/sw.ts";
import { createWords, withUnits } from "../../src/web/words/words.ts";

const CATALOGUES = { en: EN, fr: FR, sw: SW };
const wordsIn = (language: Language) => createWords(language, CATALOGUES[language], ENGLISH);
const plain = (text: string) => text.replace(/\s/g, " ");
const { number, flow, volume, money, dayAndTime, zoneName, date, duration } = wordsIn("en");

test("numbers carry their unit and no more digits than a meter knows", () => {
  expect([flow(6.24), flow(-1.26), flow(123.4), volume(1234.5)]).toEqual([
    "6.2 m³/h",
    "−1.3 m³/h",
    "123 m³/h",
    "1,235 m³",
  ]);
  expect([number(99.96), number(-0.04), number(Number.NaN)]).toEqual(["100", "0.0", "–"]);
  expect(withUnits("Rose by 3 m3/h, 70 m3 in all (am3x).")).toBe("Rose by 3 m³/h, 70 m³ in all (am3x).");
});

test("money is in the utility's currency", () => {
  expect([money(1234.4, "KES"), money(12.5, "KES")].map(plain)).toEqual(["KES 1,234", "KES 12.50"]);
});

test("times are those of the district's clocks", () => {
  const timeMs = Date.UTC(2026, 10, 23, 22, 30);
  expect(dayAndTime(timeMs, "Africa/Nairobi")).toBe("Tue 24 Nov 01:30");
  expect(dayAndTime(timeMs, "Asia/Kathmandu")).toBe("Tue 24 Nov 04:15");
  expect(zoneName(timeMs, "Africa/Nairobi")).toBe("GMT+3");
  expect(date("2026-11-24")).toBe("Tue 24 Nov");
});

test("durations need two units at most", () => {
  const hour = 3_600_000;
  expect([999, 59_600, 90_000, 5.2 * hour, 50 * hour].map(duration)).toEqual([
    "1 s",
    "1 min",
    "1 min",
    "5 h 12 min",
    "2 d 2 h",
  ]);
});

test("each language writes numbers, dates and counts its own way", () => {
  const [fr, sw] = [wordsIn("fr"), wordsIn("sw")];
  expect([fr.flow(6.24), fr.volume(1234.5)].map(plain)).toEqual(["6,2 m³/h", "1 235 m³"]);
  expect(fr.dayAndTime(Date.UTC(2026, 10, 23, 22, 30), "Africa/Nairobi")).toBe("mar. 24 nov. 01:30");
  expect(fr.counted(FR.shell.alarmsWait, 0)).toBe("0 alarme en attente");
  expect(sw.counted(SW.shell.alarmsWait, 3)).toBe("Tahadhari 3 zinasubiri");
  expect(sw.duration(5.2 * 3_600_000)).toBe("saa 5 dak 12");
});

describe.each(["fr", "sw"] as const)("the catalogue %s", (language) => {
  test("has every text of the English one, none empty, each with the same values", () => {
    const own = textsOf(CATALOGUES[language]);
    const english = textsOf(EN);
    expect([...own.keys()]).toEqual([...english.keys()]);
    for (const [key, text] of english) {
      expect(own.get(key), key).not.toBe("");
      expect(valuesOf(own.get(key) ?? ""), key).toEqual(valuesOf(text));
    }
  });
});

function textsOf(node: object, path = ""): Map<string, string> {
  return new Map(
    Object.entries(node).flatMap(([key, value]) =>
      typeof value === "string" ? [[`${path}${key}`, value] as const] : [...textsOf(value, `${path}${key}.`)],
    ),
  );
}

function valuesOf(text: string): readonly string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name).sort();
}
