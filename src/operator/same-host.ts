/**
 * Whether a browser's request comes from our own page: by its Origin, and by what the browser says of the site that started it.
 * Programs other than browsers send neither and are not meant here.
 */
export function isFromSameHost(headers: {
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
  readonly "sec-fetch-site"?: string | string[] | undefined;
}): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  if (headers.origin === undefined) return true;
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host;
}
