/**
 * Packages that are part of no installation, because few people need them and they are large: each is brought when somebody asks for it,
 * in exactly the version that this release was tested with.
 */

/** A package with no dependencies of its own. */
export interface Extra {
  /** The folder below `<state>/tools`, with a sign that no skill's key has. */
  folder: string;
  package: string;
  version: string;
  /** Of the archive, as lock files write it. */
  integrity: string;
  /** What is imported, below the package. */
  entry: string;
  /** On the disk. */
  sizeMb: number;
}

/** What drives a browser. */
export const PLAYWRIGHT: Extra = {
  folder: "@browser",
  package: "playwright-core",
  version: "1.65.1",
  integrity:
    "sha512-hqPpz7blSMPxWVdoeE1yiBSzXsKiVOd2k+kjCvmUywD2GPO2Dd9HfcWnq9NN0GHbNZDFgZ9JfBFr+X5/BLo0qw==",
  entry: "index.mjs",
  sizeMb: 14,
};
