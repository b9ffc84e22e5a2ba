/** The path under which the dashboard is served. */

/** As requests spell it: a leading slash, none at the end, and what is no part of an address encoded; "" for the root. */
export function normalizeBasePath(basePath: string): string {
  const inner = basePath.trim().replace(/^\/+|\/+$/g, "");
  const { pathname } = new URL(`/${inner}`, "http://localhost");
  return pathname === "/" ? "" : pathname;
}
