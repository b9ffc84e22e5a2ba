import { expect, test } from "@playwright/test";
import {
  isDisabled,
  type JobFacts,
  readJobFacts,
  runtimeOf,
} from "../../../../../../sidecar/host/service/launchd/print.ts";

const RUNNING = `gui/501/com.clawdbot.gateway = {
	active count = 1
	path = /Users/j/Library/LaunchAgents/com.clawdbot.gateway.plist
	type = LaunchAgent
	state = running

	program = /opt/homebrew/bin/node
	arguments = {
		/opt/homebrew/bin/node
		state = stopped
		pid = 3
	}

	environment = {
		A = b => c
		XPC_SERVICE_NAME => com.clawdbot.gateway
	}

	minimum runtime = 10
	runs = 4
	pid = 4242
	last exit code = 78: EX_CONFIG

	resource coalition = {
		ID = 1
		state = active
		pid = 7
	}

	spawn type = interactive (4)
	state = a later line of the same name
}
`;

test.describe("readJobFacts", () => {
  test("believes only the plain lines at the top, and of those the first", () => {
    expect(readJobFacts(RUNNING)).toEqual({
      state: "running",
      pid: 4242,
      runs: 4,
      lastExit: { how: "exited", status: 78 },
      exitReason: undefined,
      path: "/Users/j/Library/LaunchAgents/com.clawdbot.gateway.plist",
    });
  });

  for (const [line, lastExit] of [
    ["last exit code = 0", { how: "exited", status: 0 }],
    ["last exit status = 1", { how: "exited", status: 1 }],
    ["last exit code = (never exited)", undefined],
    ["last terminating signal = Killed: 9", { how: "killed", status: 9 }],
    ["last terminating signal = Terminated: 15", { how: "killed", status: 15 }],
  ] as const) {
    test(`reads "${line}"`, () => {
      expect(readJobFacts(`x = {\n\tstate = not running\n\t${line}\n}\n`).lastExit).toEqual(lastExit);
    });
  }

  test("knows nothing of an answer in other words", () => {
    expect(readJobFacts("something else\n")).toMatchObject({ state: "unknown", pid: undefined });
  });
});

test.describe("runtimeOf", () => {
  const facts = (change: Partial<JobFacts>): JobFacts => ({
    state: "not running",
    pid: undefined,
    runs: 1,
    lastExit: undefined,
    exitReason: undefined,
    path: undefined,
    ...change,
  });
  const exited = (status: number) => ({ how: "exited", status }) as const;

  for (const [what, change, refused, runtime] of [
    ["what runs", { state: "running", pid: 7 }, false, "running"],
    ["what runs although an earlier start was refused", { state: "running", pid: 7 }, true, "running"],
    ["what is being started", { state: "spawning" }, false, "starting"],
    ["what waits for its first start", { state: "spawn scheduled" }, false, "starting"],
    ["what waits after a failure", { state: "spawn scheduled", lastExit: exited(1) }, false, "crash-looping"],
    ["what waits on an older system", { state: "waiting", lastExit: exited(1) }, false, "crash-looping"],
    ["what is being ended", { state: "SIGTERMed", pid: 7 }, false, "stopping"],
    ["what ended well", { lastExit: exited(0) }, false, "stopped"],
    ["what ended well and left a reason", { lastExit: exited(0) }, true, "blocked"],
    ["what never ran", {}, false, "stopped"],
    ["what nobody can tell", { state: "unknown" }, false, "unknown"],
  ] as const) {
    test(`calls ${what} ${runtime}`, () => {
      expect(runtimeOf(facts(change), refused)).toBe(runtime);
    });
  }
});

test.describe("isDisabled", () => {
  for (const [line, expected] of [
    [`"com.clawdbot.gateway" => disabled`, true],
    [`"com.clawdbot.gateway" => true`, true],
    [`"com.clawdbot.gateway" => enabled`, false],
    [`"com.clawdbot.gateway" => false`, false],
    [`"com.clawdbot.gateway.other" => disabled`, false],
  ] as const) {
    test(`takes ${line} for ${expected ? "disabled" : "allowed"}`, () => {
      const text = `\n\tdisabled services = {\n\t\t"org.example" => disabled\n\t\t${line}\n\t}\n`;

      expect(isDisabled(text, "com.clawdbot.gateway")).toBe(expected);
    });
  }
});
