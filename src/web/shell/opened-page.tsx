/** The page the path names, once its code has come. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useWords } from "../words/language.tsx";
import type { PageProps } from "./page.ts";
import { PAGES } from "./pages.ts";
import { useRouting } from "./routing.tsx";

interface Opened {
  readonly path: string;
  readonly page: ComponentType<PageProps> | null;
  readonly failed: boolean;
}

export function OpenedPage(props: Omit<PageProps, "rest">) {
  const { text } = useWords();
  const { path } = useRouting();
  const [first = "", ...rest] = path;
  const [opened, setOpened] = useState<Opened | null>(null);
  const [tries, setTries] = useState(0);
  const entry = PAGES.find((one) => one.path === first);

  useEffect(() => {
    let left = false;
    entry?.fetch().then(
      ({ default: page }) => left || setOpened({ path: first, page, failed: false }),
      () => left || setOpened({ path: first, page: null, failed: true }),
    );
    return () => {
      left = true;
    };
  }, [entry, first, tries]);

  const lost = props.state.link.kind === "lost" ? "lost" : "";
  const arrived = entry && opened?.path === first ? opened : null;
  const Page = arrived?.page;
  return (
    <main id="content" class={lost} tabIndex={-1}>
      {!entry && <p class="waiting">{text.shell.noSuchPage}</p>}
      {entry && !arrived && <p class="waiting">{text.shell.loadingPage}</p>}
      {arrived?.failed && (
        <p class="waiting">
          {text.shell.pageFailed}{" "}
          <button type="button" onClick={() => setTries(tries + 1)}>
            {text.shell.retry}
          </button>
        </p>
      )}
      {Page && <Page {...props} rest={rest} />}
    </main>
  );
}
