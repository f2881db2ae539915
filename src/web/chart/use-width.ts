/** The width an element has on the screen, for drawings whose text must not scale with them. */
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** 0 before it is known. */
export function useWidth(element: RefObject<Element | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!element.current) return;
    const resized = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    resized.observe(element.current);
    return () => resized.disconnect();
  }, []);
  return width;
}
