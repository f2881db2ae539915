/** Light or dark: what the reader chose, else what the system is. The style sheet and the charts follow <html data-theme>. */
import { useEffect, useState } from "preact/hooks";

export const THEMES = ["system", "light", "dark"] as const;

export type Theme = (typeof THEMES)[number];

const CHOICE = "nightflow.theme";
/** Told to the window when the colours have changed: what is drawn on a canvas has to be drawn again. */
export const RECOLOURED = "nightflow-recoloured";

export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(
    () => THEMES.find((one) => one === localStorage.getItem(CHOICE)) ?? "system",
  );
  useEffect(() => {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const colour = () => {
      document.documentElement.dataset.theme =
        theme === "system" ? (system.matches ? "dark" : "light") : theme;
      dispatchEvent(new Event(RECOLOURED));
    };
    colour();
    localStorage.setItem(CHOICE, theme);
    system.addEventListener("change", colour);
    // On paper the style sheet has other colours.
    const paper = matchMedia("print");
    paper.addEventListener("change", colour);
    return () => {
      system.removeEventListener("change", colour);
      paper.removeEventListener("change", colour);
    };
  }, [theme]);
  return [theme, setTheme];
}
