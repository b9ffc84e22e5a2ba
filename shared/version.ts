/** The two version numbers everything else refers to. No imports: `--version` loads nothing but this. */

/** Version of the package, as in package.json (a unit test keeps the two equal). */
export const APP_VERSION = "0.1.0";

/** The only wire protocol version this gateway speaks. */
export const PROTOCOL_VERSION = 3;

/** The oldest Node that runs the program: the first with type stripping and `node:sqlite` without flags. */
export const MIN_NODE_VERSION = "22.18";
