/** What an admin sees of the configuration: as it is on disk now, with its faults, without secrets. */
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { configurationViewOf, withoutSecrets } from "../../src/config/configuration-view.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const EXAMPLE = fileURLToPath(new URL("../../config/example", import.meta.url));

test("a file that was edited since the start is told, with what nightflow check says of it", async () => {
  const folder = await temporaryFolder();
  await cp(EXAMPLE, folder, { recursive: true });
  const look = configurationViewOf(folder);
  expect(look().faults).toEqual([]);
  expect(look().files.map(({ name, changed }) => [name, changed])).toEqual([
    ["utility.yaml", false],
    ["server.yaml", false],
  ]);
  const file = join(folder, "utility.yaml");
  await writeFile(file, (await readFile(file, "utf8")).replace(/^currency: .*$/m, "currency: shillings"));
  const { files, faults } = look();
  expect(files[0]).toMatchObject({ name: "utility.yaml", changed: true });
  expect(faults).toMatchObject([{ file: "utility.yaml", key: "currency" }]);
});

test("secrets that somebody wrote into a file are not shown; files that hold secrets are", () => {
  const yaml = [
    "url: https://nightflow:hunter2@broker.example/?apikey=s3cret&to=x",
    "  password: hunter2",
    '  "authorization": Bearer abc',
    "passwordFile: /etc/nightflow/password",
    "reason: a token of thanks",
  ].join("\n");
  const shown = withoutSecrets(yaml);
  expect(shown).not.toMatch(/hunter2|s3cret|Bearer/);
  expect(shown).toContain("passwordFile: /etc/nightflow/password");
  expect(shown).toContain("reason: a token of thanks");
  expect(shown).toContain("https://(not shown)@broker.example/");
});
