/** How the exercise stands, asked for again and again while the page is open: GET /api/v1/training. */
import { useEffect, useState } from "preact/hooks";
import { Failure, messageOf } from "../../model/failure.ts";
import type { TrainingAction, TrainingView } from "../../model/training.ts";

const ASK_EVERY_MS = 1_000;

export interface FollowedTraining {
  /** Null until the centre has answered. */
  readonly training: TrainingView | null;
  readonly failure: string | null;
  readonly act: (action: TrainingAction) => void;
}

export function useTraining(wanted = true): FollowedTraining {
  const [training, setTraining] = useState<TrainingView | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const took = (view: TrainingView) => {
    setTraining(view);
    setFailure(null);
  };
  useEffect(() => {
    if (!wanted) return;
    const leaving = new AbortController();
    const ask = () =>
      asked("/api/v1/training", { signal: leaving.signal }).then(
        took,
        (thrown) => leaving.signal.aborted || setFailure(messageOf(thrown)),
      );
    void ask();
    const again = setInterval(ask, ASK_EVERY_MS);
    return () => {
      leaving.abort();
      clearInterval(again);
    };
  }, [wanted]);
  return {
    training,
    failure,
    act(action) {
      const headers = { "content-type": "application/json" };
      asked("/api/v1/training/actions", { method: "POST", headers, body: JSON.stringify(action) }).then(
        took,
        (thrown) => setFailure(messageOf(thrown)),
      );
    },
  };
}

async function asked(path: string, init: RequestInit): Promise<TrainingView> {
  const answer = await fetch(path, init);
  const body = await answer.json();
  if (!answer.ok) throw new Failure(body.code, body.message);
  return body;
}
