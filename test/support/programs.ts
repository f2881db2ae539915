/** Programs some tests need. Without one its tests are skipped with a line that says so; under CI=true that is a failure. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Debian keeps servers in sbin, which is not on everybody's PATH. */
const FOLDERS = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];

/** Where the program is, or undefined. Use as: describe.skipIf(!findProgram("mosquitto")). */
export function findProgram(name: string): string | undefined {
  const found = FOLDERS.map((folder) => join(folder, name)).find(isExecutable);
  if (!found && process.env.CI === "true")
    throw new Error(`${name} is not installed, and CI must run every test`);
  if (!found) process.stderr.write(`skipped: ${name} is not installed\n`);
  return found;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
