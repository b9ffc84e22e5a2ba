/** Why there is no icon, as data: the words are the catalogue's. */

/** What can be missing on a machine. */
export type HostProblem =
  | "no-helper"
  | "no-rosetta"
  | "no-display"
  | "no-session-bus"
  | "no-tray-host"
  | "no-library";

/** How the helper program ended, and what it wrote last. */
export type HelperEnd = { readonly lastWords: string } & (
  | { readonly how: "not-ready"; readonly afterMs: number }
  /** It no longer read what it was sent. */
  | { readonly how: "deaf" }
  | { readonly how: "code"; readonly code: number }
  | { readonly how: "signal"; readonly signal: string }
  | { readonly how: "not-started"; readonly why: string }
);

/** `machine` is the platform and processor, such as `linux arm64`. */
export type TrayLoss =
  | { readonly problem: HostProblem; readonly machine: string }
  | { readonly problem: "helper-gone"; readonly end: HelperEnd };

/** A bus and a panel may start late and a library may be installed; a display or another processor does not come. */
export function canAppearLater(problem: HostProblem): boolean {
  return problem !== "no-helper" && problem !== "no-display";
}
