/** The path under which the dashboard is served. */

/** A leading slash, none at the end; "" for the root. */
export function normalizeBasePath(basePath: string): string {
  const inner = basePath.trim().replace(/^\/+|\/+$/g, "");
  return inner === "" ? "" : `/${inner}`;
}
