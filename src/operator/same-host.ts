/** Whether a browser's request comes from our own page. Programs other than browsers send no Origin and are not meant here. */
export function isFromSameHost(headers: { readonly origin?: string; readonly host?: string }): boolean {
  if (headers.origin === undefined) return true;
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host;
}
