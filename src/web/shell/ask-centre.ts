/** Asks the centre over HTTP and keeps what it said: an answer, or in its own words why there is none. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { messageOf } from "../../model/failure.ts";

/** What the centre refused: `code` is stable, the message for a person. */
export class CentreRefusal extends Error {
  readonly code: string;
  /** What the message is made of. */
  readonly figures: Readonly<Record<string, number>>;

  constructor(code: string, message: string, figures: Readonly<Record<string, number>> = {}) {
    super(message);
    this.code = code;
    this.figures = figures;
  }
}

export async function ask<T>(path: string): Promise<T> {
  return answerOf(await fetch(path));
}

export async function send<T = object>(
  method: "POST" | "PATCH" | "DELETE",
  path: string,
  body?: object,
): Promise<T> {
  return answerOf(
    await fetch(path, {
      method,
      ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    }),
  );
}

async function answerOf<T>(answer: Response): Promise<T> {
  const said = await answer.json();
  if (!answer.ok) throw new CentreRefusal(String(said.code), String(said.message), said.figures);
  return said;
}

export interface Asked<T> {
  /** The last answer; it stays while a newer one is on its way. */
  readonly answer: T | null;
  /** Of the answer: the path that was asked. */
  readonly of: string | null;
  readonly problem: string | null;
  readonly askAgain: () => void;
}

/** Asks anew whenever the path changes; null asks nothing. */
export function useAnswer<T>(path: string | null): Asked<T> {
  const [asked, setAsked] = useState<Omit<Asked<T>, "askAgain">>({ answer: null, of: null, problem: null });
  const [times, setTimes] = useState(0);
  useEffect(() => {
    if (path === null) return;
    let left = false;
    ask<T>(path).then(
      (answer) => left || setAsked({ answer, of: path, problem: null }),
      (thrown: unknown) => left || setAsked((before) => ({ ...before, problem: messageOf(thrown) })),
    );
    return () => {
      left = true;
    };
  }, [path, times]);
  const askAgain = useCallback(() => setTimes((before) => before + 1), []);
  return { ...asked, askAgain };
}

/** One act at a time: whether it is under way, and what came of the last. */
export function useAct() {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const act = useCallback(async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (thrown) {
      setProblem(messageOf(thrown));
    } finally {
      setBusy(false);
    }
  }, []);
  return { act, busy, problem };
}
