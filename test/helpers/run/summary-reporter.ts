/** Prints every skipped test with its reason and closes with one line: `N passed, N failed, N skipped`. */
import type { FullConfig, Reporter, Suite } from "@playwright/test/reporter";

export default class SummaryReporter implements Reporter {
  #root: Suite | undefined;

  onBegin(_config: FullConfig, suite: Suite): void {
    this.#root = suite;
  }

  onEnd(): void {
    const count = { passed: 0, failed: 0, skipped: 0 };
    for (const test of this.#root?.allTests() ?? []) {
      if (test.outcome() === "skipped") {
        count.skipped += 1;
        const reason =
          test.annotations.find((note) => note.type === "skip")?.description ?? "no reason given";
        console.log(`skipped: ${test.titlePath().filter(Boolean).join(" › ")}: ${reason}`);
      } else if (test.ok()) count.passed += 1;
      else count.failed += 1;
    }
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  }

  printsToStdio(): boolean {
    return false;
  }
}
