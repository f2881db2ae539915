/** One piece of work after the other; a failed one does not stop the next. */

export interface Queue {
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when everything queued up to now is done. */
  settled(): Promise<unknown>;
}

export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  return {
    inTurn(work) {
      const mine = last.then(work);
      last = mine.catch(() => undefined);
      return mine;
    },
    settled: () => last,
  };
}
