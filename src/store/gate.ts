/** Many may read at once; whoever changes what they read waits until they are done, and they for him. */

export interface Gate {
  /** Runs with others that share. */
  shared<T>(work: () => Promise<T>): Promise<T>;
  /** Runs by itself: begins when all who share are done, and holds back those who come. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

export function createGate(): Gate {
  let sharing = 0;
  let onLastDone = () => {};
  let lastAlone: Promise<unknown> | undefined;

  async function runAlone<T>(work: () => Promise<T>): Promise<T> {
    if (sharing > 0) {
      await new Promise<void>((resolve) => {
        onLastDone = resolve;
      });
      onLastDone = () => {};
    }
    return work();
  }

  return {
    async shared(work) {
      while (lastAlone) await lastAlone;
      sharing += 1;
      try {
        return await work();
      } finally {
        sharing -= 1;
        if (sharing === 0) onLastDone();
      }
    },
    alone(work) {
      const mine = (lastAlone ?? Promise.resolve()).then(() => runAlone(work));
      const done = mine
        .catch(() => undefined)
        .then(() => {
          if (lastAlone === done) lastAlone = undefined;
        });
      lastAlone = done;
      return mine;
    },
  };
}
