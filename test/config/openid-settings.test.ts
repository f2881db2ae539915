import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { openAdmission } from "../../src/admission.ts";
import { readCentreConfig } from "../../src/config/centre-config.ts";
import { openIdSchema } from "../../src/config/openid-settings.ts";
import { serverSchema } from "../../src/config/server-file.ts";

const RIGHT = {
  issuer: "https://id.example/realms/water",
  clientId: "nightflow",
  clientSecretFile: "secrets/open-id",
  roles: { operator: ["control-room"] },
};

test("the least that is asked for is enough", () => {
  expect(openIdSchema.parse(RIGHT)).toMatchObject({
    label: "OpenID",
    scopes: ["openid", "profile"],
    nameClaim: "preferred_username",
    roleClaim: "groups",
  });
});

test.each<[string, object, string, string]>([
  [
    "an issuer that anybody on the way can speak for",
    { issuer: "http://id.example" },
    "issuer",
    "must begin with https:",
  ],
  ["two secrets", { clientSecretVariable: "SECRET" }, "", "needs one of clientSecretFile"],
  ["no secret", { clientSecretFile: undefined }, "", "needs one of clientSecretFile"],
  ["no role", { roles: {} }, "roles", "maps no role"],
  ["a role that is none", { roles: { boss: ["it"] } }, "roles", "Unrecognized key"],
  ["scopes without openid", { scopes: ["profile"] }, "scopes", "must hold openid"],
])("%s is a fault that names its key", (_, change, key, message) => {
  const issues = openIdSchema.safeParse({ ...RIGHT, ...change }).error?.issues ?? [];
  expect(issues.map(({ path, ...issue }) => [path.join("."), issue.message])).toContainEqual([
    key,
    expect.stringContaining(message),
  ]);
});

test("an identity provider where nobody logs in is a fault", () => {
  const { error } = serverSchema.safeParse({ access: { logIn: "none", openId: RIGHT } });
  expect(error?.issues).toMatchObject([{ path: ["access", "openId"], message: "needs logIn: required" }]);
});

test("a secret that is not where it should be stops the start, and the message says where", () => {
  const folder = mkdtempSync(join(tmpdir(), "nightflow-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const read = readCentreConfig("config/example");
  if (!read.ok) throw new Error("the example is wrong");
  const start = (secret: object) => {
    const server = serverSchema.parse({
      dataFolder: folder,
      access: { openId: { ...RIGHT, clientSecretFile: undefined, ...secret } },
    });
    const config = { ...read.config, server };
    const log = pino({ level: "silent" });
    openAdmission({ config, listening: () => "", clock: Date.now, log }).close();
  };
  const file = join(folder, "secret");
  expect(() => start({ clientSecretFile: file })).toThrow(`no such file or directory, open '${file}'`);
  writeFileSync(file, "\n");
  expect(() => start({ clientSecretFile: file })).toThrow(`${file} is empty`);
  writeFileSync(file, "a secret\n");
  expect(() => start({ clientSecretFile: file })).not.toThrow();
  const clientSecretVariable = "NIGHTFLOW_TEST_NO_SUCH_VARIABLE";
  expect(() => start({ clientSecretVariable })).toThrow(`${clientSecretVariable} is not set`);
});
