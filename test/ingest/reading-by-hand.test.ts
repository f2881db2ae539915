/** Readings by hand at the centre: stored with their event or not at all. */
import { expect, it } from "vitest";
import type { NewEvent } from "../../src/model/event.ts";
import { Failure } from "../../src/model/failure.ts";
import { type Series, seriesOf } from "../../src/model/sample.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { embedded, NOW, startCentre } from "./ingest-scene.ts";

const readByHand = (sensor: string, timeMs: number): [Series, NewEvent] => [
  seriesOf(sensor, [timeMs], [12.5]),
  {
    timeMs,
    actor: "amina",
    body: {
      kind: "entry",
      entry: {
        type: "hand-reading",
        sensor,
        kind: "value",
        value: 12.5,
        timeMs,
        exchanged: false,
        confirmed: false,
        note: "",
        since: null,
      },
    },
  },
];

it("stores a reading by hand with its event, and says so only then; screens it as any source's", async () => {
  const { ingest, store } = await startCentre(await embedded());
  expect(await ingest.takeByHand(...readByHand("inlet", NOW))).toBeNull();
  expect([...(await store.read("inlet", { fromMs: 0, toMs: NOW + 1 })).values]).toEqual([12.5]);
  expect((await store.events(0, 10)).map(({ actor, body }) => [actor, body.kind])).toEqual([
    ["amina", "entry"],
  ]);
  const refused = await ingest.takeByHand(...readByHand("inlet", NOW + 86_400_000));
  expect(refused).toMatchObject({ code: "future-time" });
  expect(await store.events(1, 10)).toEqual([]);
});

it("says that a reading by hand was not stored when the store refused it", async () => {
  const failing = createMemoryStore();
  const store = {
    ...failing,
    append: () => Promise.reject(new Failure("disk-gone", "gone", { retryable: false })),
  };
  const { ingest } = await startCentre(await embedded(), { store });
  expect(await ingest.takeByHand(...readByHand("inlet", NOW))).toMatchObject({ code: "not-stored" });
});
