/** What a click may need and a start does not: loaded a moment after the start, before an upgrade can take it away. */

/** Loads every part that the running tray would otherwise load when it is first needed. Never fails. */
export async function loadAhead(platform: NodeJS.Platform): Promise<void> {
  await Promise.allSettled([
    import("conf"),
    import("json5"),
    import("ws"),
    import("../shared/config/findings.ts"),
    import("../shared/node/config/issues-before-schema.ts"),
    import("../shared/node/port-owner.ts"),
    import("./menu/support-info.ts"),
    ...(platform === "linux" ? [] : [import("execa"), import("node-notifier")]),
  ]);
}
