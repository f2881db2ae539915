/**
 * Loaded ahead of a demo process (`node --import`): ends it when the process that started it is gone, however that ended. The
 * starter holds the other end of standard input, and the system closes that even after a SIGKILL.
 */
const GRACE_MS = 10_000;

process.stdin.on("close", () => {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.exit(1), GRACE_MS).unref();
});
process.stdin.resume();
// The leash alone is no reason to live on.
process.stdin.unref();
