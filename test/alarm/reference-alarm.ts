/**
 * The alarm of one finding as ISA-18.2 describes it, told in yes and no instead of states, so that the table in the code is compared
 * with something that was thought of separately. Mutable, and knows nothing of events.
 */
import { HOUR_MS } from "../../src/model/clock.ts";
import { START_MS } from "./sample-verdicts.ts";

/** Works in the district are planned for these hours. */
export const WORKS = { fromMs: START_MS + 10 * HOUR_MS, toMs: START_MS + 30 * HOUR_MS } as const;

/** A leak of more than this many times what was acknowledged has left its interval (see `verdict`). */
const OUTGROWN = 1.2;

export class ReferenceAlarm {
  readonly inWorksDistrict: boolean;
  known = false;
  active = false;
  acknowledgedBy: string | null = null;
  flowM3h = 0;
  acknowledgedFlowM3h = 0;
  activatedMs = 0;
  activations = 0;
  comments = 0;
  assignedTo: string | null = null;
  confirmedBy: string | null = null;
  shelvedUntilMs: number | null = null;
  shelvedUntilNormal = false;
  outOfService = false;
  suppressed = false;

  constructor(inWorksDistrict: boolean) {
    this.inWorksDistrict = inWorksDistrict;
  }

  get state(): string {
    if (this.active) return this.acknowledgedBy === null ? "unacknowledged" : "acknowledged";
    return this.acknowledgedBy === null ? "returned-unacknowledged" : "normal";
  }

  leaks(flowM3h: number, nowMs: number): void {
    if (!this.active) {
      this.known = true;
      this.active = true;
      this.acknowledgedBy = null;
      this.confirmedBy = null;
      this.activatedMs = nowMs;
      this.activations += 1;
    } else if (this.acknowledgedBy !== null && flowM3h > OUTGROWN * this.acknowledgedFlowM3h) {
      this.acknowledgedBy = null;
      this.confirmedBy = null;
    }
    this.flowM3h = flowM3h;
  }

  ends(flowM3h: number): void {
    if (!this.known) return;
    if (this.active && this.shelvedUntilNormal) this.endShelf();
    this.active = false;
    this.flowM3h = flowM3h;
  }

  acknowledge(by: string): string {
    if (!this.known) return "unknown-alarm";
    if (this.state === "normal") return "nothing-to-acknowledge";
    if (this.acknowledgedBy !== null) return "already-acknowledged";
    this.acknowledgedBy = by;
    this.acknowledgedFlowM3h = this.flowM3h;
    return "done";
  }

  confirm(by: string): string {
    if (!this.known) return "unknown-alarm";
    if (!this.active) return "not-active";
    if (this.acknowledgedBy === null) return "not-acknowledged";
    if (this.confirmedBy !== null) return "already-confirmed";
    this.confirmedBy = by;
    return "done";
  }

  comment(): string {
    if (!this.known) return "unknown-alarm";
    this.comments += 1;
    return "done";
  }

  assign(to: string | null): string {
    if (!this.known) return "unknown-alarm";
    if (this.state === "normal") return "not-standing";
    this.assignedTo = to;
    return "done";
  }

  shelve(untilMs: number, untilNormal: boolean, nowMs: number): string {
    if (untilMs <= nowMs) return "shelf-in-the-past";
    if (untilMs > nowMs + 720 * HOUR_MS) return "shelf-too-long";
    if (!this.known) return "unknown-alarm";
    if (this.state === "normal") return "not-standing";
    this.shelvedUntilMs = untilMs;
    this.shelvedUntilNormal = untilNormal;
    return "done";
  }

  unshelve(): string {
    if (!this.known) return "unknown-alarm";
    if (this.shelvedUntilMs === null) return "not-shelved";
    this.endShelf();
    return "done";
  }

  private endShelf(): void {
    this.shelvedUntilMs = null;
    this.shelvedUntilNormal = false;
  }

  takeOutOfService(): string {
    if (!this.known) return "unknown-alarm";
    if (this.state === "normal") return "not-standing";
    if (this.outOfService) return "already-out-of-service";
    this.outOfService = true;
    return "done";
  }

  returnToService(): string {
    if (!this.known) return "unknown-alarm";
    if (!this.outOfService) return "in-service";
    this.outOfService = false;
    return "done";
  }

  /** The centre looks at the clock and at its rules. */
  settles(nowMs: number): void {
    if (!this.known) return;
    if (this.shelvedUntilMs !== null && this.shelvedUntilMs <= nowMs) this.endShelf();
    this.followsRules(nowMs);
  }

  followsRules(nowMs: number): void {
    const worksAreOn = this.inWorksDistrict && nowMs >= WORKS.fromMs && nowMs < WORKS.toMs;
    this.suppressed = this.known && this.state !== "normal" && worksAreOn && this.activatedMs >= WORKS.fromMs;
  }
}
