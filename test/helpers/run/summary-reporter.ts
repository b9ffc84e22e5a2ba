/**
 * Prints every skipped test with its reason, every one that needed a second attempt, the slowest files, and closes with one line: `N passed, N failed, N skipped`. Fails a
 * run in which a test calls `expect` by the hundred.
 */
import { relative } from "node:path";
import type {
  FullConfig,
  FullResult,
  Reporter,
  Suite,
  TestCase,
  TestResult,
  TestStep,
} from "@playwright/test/reporter";

const SLOWEST_FILES = 10;
/** Each call is recorded and makes the next one slower; `helpers/run/expect-equal.ts` is for loops. */
const MAX_EXPECTS = 300;

interface FileCost {
  durationMs: number;
  tests: number;
}

export default class SummaryReporter implements Reporter {
  #root: Suite | undefined;
  #folder = "";
  readonly #files = new Map<string, FileCost>();
  /** Of the latest attempt. */
  readonly #expects = new Map<TestCase, { attempt: TestResult; calls: number }>();

  onBegin({ rootDir }: FullConfig, suite: Suite): void {
    this.#folder = rootDir;
    this.#root = suite;
  }

  onStepEnd(test: TestCase, attempt: TestResult, { category }: TestStep): void {
    if (category !== "expect") return;
    const before = this.#expects.get(test);
    this.#expects.set(test, { attempt, calls: before?.attempt === attempt ? before.calls + 1 : 1 });
  }

  onTestEnd({ location }: TestCase, { duration }: TestResult): void {
    const file = relative(this.#folder, location.file);
    const { durationMs, tests } = this.#files.get(file) ?? { durationMs: 0, tests: 0 };
    this.#files.set(file, { durationMs: durationMs + duration, tests: tests + 1 });
  }

  async onEnd(): Promise<{ status: FullResult["status"] } | undefined> {
    const count = { passed: 0, failed: 0, skipped: 0 };
    for (const test of this.#root?.allTests() ?? []) {
      if (test.outcome() === "skipped") {
        count.skipped += 1;
        const reason =
          test.annotations.find((note) => note.type === "skip")?.description ?? "no reason given";
        console.log(`skipped: ${titleOf(test)}: ${reason}`);
      } else if (test.ok()) {
        count.passed += 1;
        if (test.outcome() === "flaky") console.log(`passed at the second attempt only: ${titleOf(test)}`);
      } else count.failed += 1;
    }
    this.#printSlowest();
    const excessive = [...this.#expects].filter(([, { calls }]) => calls > MAX_EXPECTS);
    for (const [test, { calls }] of excessive) {
      console.log(`failed: ${titleOf(test)}: calls expect ${calls} times, see test/README.md`);
    }
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
    return excessive.length > 0 ? { status: "failed" } : undefined;
  }

  printsToStdio(): boolean {
    return false;
  }

  #printSlowest(): void {
    const files = [...this.#files].sort(([, a], [, b]) => b.durationMs - a.durationMs);
    if (files.length <= 1) return;
    console.log("slowest files, in seconds of a worker:");
    for (const [file, { durationMs, tests }] of files.slice(0, SLOWEST_FILES)) {
      const seconds = (durationMs / 1_000).toFixed(1).padStart(7);
      console.log(`${seconds}  ${file} (${tests} ${tests === 1 ? "test" : "tests"})`);
    }
  }
}

function titleOf(test: TestCase): string {
  return test.titlePath().filter(Boolean).join(" › ");
}
