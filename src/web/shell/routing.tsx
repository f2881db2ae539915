/**
 * Which page the address bar names, and going to another without loading anew. History API; why not a package is told in
 * docs/decisions. A path is a list of segments: /alarms/ID is ["alarms", ID].
 */
import { createContext } from "preact";
import { useContext, useEffect, useMemo, useState } from "preact/hooks";

export interface Place {
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

export interface Routing extends Place {
  /** `replace` leaves no entry to come back to: a filter or a zoom is not a page. */
  go(href: string, options?: { readonly replace?: boolean }): void;
}

export function placeOf({ pathname, search }: Pick<URL, "pathname" | "search">): Place {
  return {
    path: pathname.split("/").filter(Boolean).map(decoded),
    query: new URLSearchParams(search),
  };
}

/** A link somebody cut short must not keep the page from opening. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** "/alarms/ID?x=1"; values that are null or empty are left out. */
export function hrefOf(
  path: readonly string[],
  query: Readonly<Record<string, string | null | undefined>> = {},
): string {
  const given = Object.entries(query).flatMap(([key, value]) => (value ? [[key, value] as const] : []));
  const search = new URLSearchParams(given.map(([key, value]) => [key, value])).toString();
  return `/${path.map(encodeURIComponent).join("/")}${search && `?${search}`}`;
}

const Here = createContext<Routing | null>(null);

export const RoutingProvider = Here.Provider;

export function useRouting(): Routing {
  const routing = useContext(Here);
  if (!routing) throw new Error("no routing: the component stands outside the RoutingProvider");
  return routing;
}

/** The routing of this window: follows links of our own, and the browser's back and forward. */
export function useWindowRouting(): Routing {
  const [href, setHref] = useState(() => location.href);
  useEffect(() => {
    const moved = () => setHref(location.href);
    const clicked = (event: MouseEvent) => {
      const to = linkOf(event);
      if (!to) return;
      event.preventDefault();
      history.pushState(null, "", to);
      moved();
      scrollTo(0, 0);
    };
    addEventListener("popstate", moved);
    document.addEventListener("click", clicked);
    return () => {
      removeEventListener("popstate", moved);
      document.removeEventListener("click", clicked);
    };
  }, []);
  return useMemo(
    () => ({
      ...placeOf(new URL(href)),
      go(to, { replace = false } = {}) {
        if (replace) history.replaceState(null, "", to);
        else history.pushState(null, "", to);
        setHref(location.href);
        if (!replace) scrollTo(0, 0);
      },
    }),
    [href],
  );
}

/** Of a plain click on a link within the page; null for everything the browser sees to itself. */
function linkOf(event: MouseEvent): string | null {
  const { button, ctrlKey, metaKey, altKey, shiftKey, defaultPrevented, target } = event;
  if (defaultPrevented || button !== 0 || ctrlKey || metaKey || altKey || shiftKey) return null;
  const link = target instanceof Element ? target.closest("a") : null;
  if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return null;
  if (link.pathname.startsWith("/api/") || link.getAttribute("href")?.startsWith("#")) return null;
  return link.href;
}
