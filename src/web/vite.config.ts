/** How the page is built into dist/web, and served with the centre behind it while somebody works on it. */
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";
import { LANGUAGES } from "../model/language.ts";

/** What the first view is made of, with all that it imports. */
const BASE = [
  "node_modules/preact",
  "src/model/(sensor|claim)-sentences",
  "src/web/(main|live|shell|clock|data-health)",
  "src/web/words/(language|words)",
  "src/web/alarms/alarm-list",
  "src/web/now/now-page",
];
/** A language is one file, the page's own words and those of findings together. */
const languageGroup = (language: string) => ({
  name: language,
  test: new RegExp(`src/web/words/${language}[./]|src/model/sentences-${language}`),
});

const COMPRESSED = /\.(js|css|html|svg)$/;

/** Beside every text its compressed twins: made once with all effort, not for each page that opens. */
function compressedTwins(): Plugin {
  return {
    name: "compressed-twins",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          if (!COMPRESSED.test(file.fileName)) continue;
          const text = Buffer.from(file.type === "chunk" ? file.code : file.source);
          const source = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
          this.emitFile({ type: "asset", fileName: `${file.fileName}.br`, source });
          this.emitFile({
            type: "asset",
            fileName: `${file.fileName}.gz`,
            source: gzipSync(text, { level: 9 }),
          });
        }
      },
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  plugins: [compressedTwins()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../../dist/web",
    emptyOutDir: true,
    target: "es2022",
    rolldownOptions: {
      output: {
        // What every page needs comes as one: on a slow link twenty small files cost more than their bytes.
        codeSplitting: {
          groups: [{ name: "base", test: new RegExp(BASE.join("|")) }, ...LANGUAGES.map(languageGroup)],
        },
      },
    },
  },
  server: { proxy: { "/api": { target: "http://localhost:8080", ws: true } } },
});
