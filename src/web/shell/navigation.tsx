/** The pages, and how the reader wants them: language, light or dark. */
import { LANGUAGES, type Language } from "../../model/language.ts";
import type { Network } from "../live/live-state.ts";
import { LANGUAGE_NAMES, useWords } from "../words/language.tsx";
import { AnnunciationChoice } from "./annunciation.tsx";
import { PAGES } from "./pages.ts";
import { hrefOf, useRouting } from "./routing.tsx";
import { THEMES, useTheme } from "./theme.ts";

export interface NavigationProps {
  /** Null until the centre has spoken. */
  readonly network: Network | null;
  readonly onLanguage: (language: Language) => void;
}

export function Navigation({ network, onLanguage }: NavigationProps) {
  const { text, language } = useWords();
  const [first = ""] = useRouting().path;
  const [theme, setTheme] = useTheme();
  return (
    <div class="page-bar">
      <nav aria-label={text.shell.navigation}>
        {PAGES.filter(({ ofExercise }) => !ofExercise || network?.exercise).map(({ path, name }) => (
          <a key={path} href={hrefOf(path ? [path] : [])} aria-current={path === first ? "page" : undefined}>
            {text.pages[name]}
          </a>
        ))}
      </nav>
      <div class="choices">
        {network && <AnnunciationChoice network={network} />}
        <select
          aria-label={text.shell.theme}
          value={theme}
          onChange={({ currentTarget }) =>
            setTheme(THEMES.find((one) => one === currentTarget.value) ?? "system")
          }
        >
          {THEMES.map((one) => (
            <option key={one} value={one}>
              {text.shell.themes[one]}
            </option>
          ))}
        </select>
        <select
          aria-label={text.shell.language}
          value={language}
          onChange={({ currentTarget }) =>
            onLanguage(LANGUAGES.find((one) => one === currentTarget.value) ?? "en")
          }
        >
          {LANGUAGES.map((one) => (
            <option key={one} value={one} lang={one}>
              {LANGUAGE_NAMES[one]}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}
