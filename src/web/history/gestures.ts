/** Pan, zoom and select on a chart: by mouse, by fingers and by wheel. What they mean for the range is the caller's. */
export interface Gestures {
  /** By a share of the width, positive to the right. */
  onPan(share: number): void;
  /** Around a place from 0 left to 1 right. */
  onZoom(factor: number, share: number): void;
  /** Between two places. */
  onSelect(fromShare: number, toShare: number): void;
  /** Whether dragging selects instead of panning. */
  selects(event: PointerEvent): boolean;
}

const WHEEL_FACTOR = 1.0015;
/** Less is a tap. */
const LEAST_SELECTION = 0.005;

/** Hands back how to stop. */
export function listenTo(element: HTMLElement, gestures: Gestures): () => void {
  const fingers = new Map<number, number>();
  let selectFrom: number | null = null;
  const shareOf = (clientX: number) => {
    const { left, width } = element.getBoundingClientRect();
    return (clientX - left) / Math.max(1, width);
  };
  const spread = () => {
    const [a = 0, b = 0] = [...fingers.values()];
    return { width: Math.abs(a - b), middle: (a + b) / 2 };
  };

  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, event.clientX);
    selectFrom = fingers.size === 1 && gestures.selects(event) ? shareOf(event.clientX) : null;
  };
  const move = (event: PointerEvent) => {
    const before = fingers.get(event.pointerId);
    if (before === undefined) return;
    if (selectFrom !== null) {
      gestures.onSelect(selectFrom, shareOf(event.clientX));
      return;
    }
    const wide = spread();
    fingers.set(event.pointerId, event.clientX);
    if (fingers.size === 1) gestures.onPan(shareOf(event.clientX) - shareOf(before));
    else {
      const now = spread();
      if (now.width > 10 && wide.width > 10) gestures.onZoom(wide.width / now.width, shareOf(now.middle));
    }
  };
  const up = (event: PointerEvent) => {
    if (selectFrom !== null && Math.abs(shareOf(event.clientX) - selectFrom) < LEAST_SELECTION)
      gestures.onSelect(0, 0);
    fingers.delete(event.pointerId);
    selectFrom = null;
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) gestures.onPan(-event.deltaX / element.clientWidth);
    else gestures.onZoom(WHEEL_FACTOR ** event.deltaY, shareOf(event.clientX));
  };
  element.addEventListener("pointerdown", down);
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", up);
  element.addEventListener("pointercancel", up);
  element.addEventListener("wheel", wheel, { passive: false });
  return () => {
    element.removeEventListener("pointerdown", down);
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerup", up);
    element.removeEventListener("pointercancel", up);
    element.removeEventListener("wheel", wheel);
  };
}
