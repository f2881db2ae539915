/** The language of the page: what the reader chose, else what the browser asks for; only its own words are fetched. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { LANGUAGES, type Language } from "../../model/language.ts";
import { createWords, type Words } from "./words.ts";

const CHOICE = "nightflow.language";

export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: "English",
  fr: "Français",
  sw: "Kiswahili",
};

/** Throws when the words cannot be fetched. */
export async function fetchWords(language: Language): Promise<Words> {
  switch (language) {
    case "en": {
      const [{ EN }, { ENGLISH }] = await Promise.all([
        import("./en.ts"),
        import("../../model/sentences-en.ts"),
      ]);
      return createWords(language, EN, ENGLISH);
    }
    case "fr": {
      const [{ FR }, { FRENCH }] = await Promise.all([
        import("./fr.ts"),
        import("../../model/sentences-fr.ts"),
      ]);
      return createWords(language, FR, FRENCH);
    }
    case "sw": {
      const [{ SW }, { SWAHILI }] = await Promise.all([
        import("./sw.ts"),
        import("../../model/sentences-sw.ts"),
      ]);
      return createWords(language, SW, SWAHILI);
    }
  }
}

export function languageToBegin(): Language {
  const wanted = [localStorage.getItem(CHOICE) ?? "", ...navigator.languages];
  for (const tag of wanted) {
    const known = LANGUAGES.find((language) => tag.toLowerCase().split("-")[0] === language);
    if (known) return known;
  }
  return "en";
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(CHOICE, language);
}

const Spoken = createContext<Words | null>(null);

export const WordsProvider = Spoken.Provider;

export function useWords(): Words {
  const words = useContext(Spoken);
  if (!words) throw new Error("no words: the component stands outside the WordsProvider");
  return words;
}
