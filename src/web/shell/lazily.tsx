/** A part of a page whose code is fetched when it is first shown. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useWords } from "../words/language.tsx";

export function lazily<P extends object>(fetch: () => Promise<ComponentType<P>>): ComponentType<P> {
  let known: ComponentType<P> | null = null;
  return function Lazily(props: P) {
    const { text } = useWords();
    // In an object: a function in a state would be taken for the way to the next one.
    const [part, setPart] = useState<{
      readonly component: ComponentType<P> | null;
      readonly failed: boolean;
    }>({
      component: known,
      failed: false,
    });
    useEffect(() => {
      if (part.component) return;
      fetch().then(
        (component) => {
          known = component;
          setPart({ component, failed: false });
        },
        () => setPart({ component: null, failed: true }),
      );
    }, []);
    const Part = part.component;
    if (Part) return <Part {...props} />;
    return <p class="quiet chart-place">{part.failed ? text.shell.pageFailed : text.chart.fetching}</p>;
  };
}
