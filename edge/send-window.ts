/**
 * Which batches to send next, and when to send some again. Pure: go-back-N over the centre's cumulative acknowledgement.
 *
 *     acked         next                first and last come from the spool;
 *       |   sent     |   may be sent    at most `windowBatches` are sent and not acknowledged.
 *   ----+------------+--------->
 *
 * Sending goes back to acked + 1 on a new connection, when the same acknowledgement comes twice (the centre misses one), and when
 * there is no progress for a time that doubles up to two minutes.
 */
export interface SendWindow {
  /** Every batch up to this one is stored at the centre. */
  readonly acked: number;
  readonly next: number;
  /** When the last acknowledgement came, or sending began on an idle window. */
  readonly progressMs: number;
  /** How long to wait for progress before sending again. */
  readonly patienceMs: number;
  readonly wentBackMs: number;
  /** The centre asked for a resend too soon after the last one: it is still owed, unless progress comes first. */
  readonly resendOwed: boolean;
}

export type ResendReason = "reconnect" | "duplicate-acknowledgement" | "no-progress";

export interface SpoolRange {
  readonly first: number;
  readonly last: number;
}

/** What an acknowledgement meant; "ahead" when the centre knows batches this spool has not made. */
export type AckOutcome = "progress" | "resend" | "nothing" | "ahead";

const MAXIMUM_PATIENCE_MS = 120_000;
const LEAST_BETWEEN_DUPLICATES_MS = 1000;

export function newWindow(spool: SpoolRange, ackTimeoutMs: number): SendWindow {
  const acked = spool.first - 1;
  return {
    acked,
    next: acked + 1,
    progressMs: Number.NEGATIVE_INFINITY,
    patienceMs: ackTimeoutMs,
    wentBackMs: Number.NEGATIVE_INFINITY,
    resendOwed: false,
  };
}

export function goneBack(window: SendWindow, nowMs: number): SendWindow {
  return { ...window, next: window.acked + 1, progressMs: nowMs, wentBackMs: nowMs, resendOwed: false };
}

export function acknowledged(
  window: SendWindow,
  stored: number,
  spool: SpoolRange,
  ackTimeoutMs: number,
  nowMs: number,
): { readonly window: SendWindow; readonly outcome: AckOutcome } {
  if (stored > spool.last) return { window, outcome: "ahead" };
  if (stored > window.acked) {
    const next = Math.max(window.next, stored + 1);
    return {
      window: {
        ...window,
        acked: stored,
        next,
        progressMs: nowMs,
        patienceMs: ackTimeoutMs,
        resendOwed: false,
      },
      outcome: "progress",
    };
  }
  if (stored < window.acked || outstanding(window) === 0) return { window, outcome: "nothing" };
  const asked = { ...window, resendOwed: true };
  return isResendDue(asked, nowMs)
    ? { window: goneBack(window, nowMs), outcome: "resend" }
    : { window: asked, outcome: "nothing" };
}

export function isResendDue(window: SendWindow, nowMs: number): boolean {
  return window.resendOwed && nowMs - window.wentBackMs >= LEAST_BETWEEN_DUPLICATES_MS;
}

/** True when sent batches have waited in vain; the answer is `waitedInVain`. */
export function isOverdue(window: SendWindow, nowMs: number): boolean {
  return outstanding(window) > 0 && nowMs - window.progressMs >= window.patienceMs;
}

export function waitedInVain(window: SendWindow, nowMs: number): SendWindow {
  const patienceMs = Math.min(window.patienceMs * 2, MAXIMUM_PATIENCE_MS);
  return { ...goneBack(window, nowMs), patienceMs };
}

/** The batches to send now, in order; what the spool had to drop is passed over. */
export function sendable(window: SendWindow, spool: SpoolRange, windowBatches: number): readonly number[] {
  const from = Math.max(window.next, spool.first);
  const to = Math.min(spool.last, Math.max(window.acked, spool.first - 1) + windowBatches);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

export function sent(window: SendWindow, seq: number, nowMs: number): SendWindow {
  return { ...window, next: seq + 1, progressMs: outstanding(window) > 0 ? window.progressMs : nowMs };
}

function outstanding(window: SendWindow): number {
  return window.next - 1 - window.acked;
}
