/**
 * The views of the dashboard that have a path of their own below the page's address. The gateway answers these with the page and
 * everything else with 404: a health check of a path that does not exist must not be green.
 */
export const PAGE_VIEWS: readonly string[] = ["overview"];
