/** The command line as a person meets it: run as a process, judged by what it prints and its exit code. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

function nightflow(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["src/main.ts", ...args], {
    cwd: root,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test("help lists every command", () => {
  const { status, stdout } = nightflow("--help");
  expect(status).toBe(0);
  expect(stdout).toMatch(/check +says whether/);
});

test("an unknown command and a missing flag exit 2 and say what there is", () => {
  const unknown = nightflow("chekc");
  expect(unknown.status).toBe(2);
  expect(unknown.stderr).toContain('there is no command "chekc"');
  const missing = nightflow("check");
  expect(missing.status).toBe(2);
  expect(missing.stderr).toContain("usage: nightflow check --config DIR");
});

test("check exits 0 on a right configuration and 1 on a wrong one, naming the file", () => {
  expect(nightflow("check", "--config", "config/example").status).toBe(0);
  const wrong = nightflow("check", "--config", "config/nowhere");
  expect(wrong.status).toBe(1);
  expect(wrong.stderr).toMatch(/config\/nowhere\/utility\.yaml:1: there is no such file/);
});
