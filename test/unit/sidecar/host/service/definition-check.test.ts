import { expect, test } from "@playwright/test";
import { checkDefinition } from "../../../../../sidecar/host/service/definition-check.ts";
import type { ServiceDefinition } from "../../../../../sidecar/host/service/service-manager.ts";

const GOOD: ServiceDefinition = {
  description: "Clawdbot Gateway (v1)",
  command: ["/usr/bin/node", "/opt/clawdbot/launch.cjs", "gateway"],
  workingDirectory: "/home/jürgen & söhne",
  environment: { PATH: "/usr/bin:/bin", _ODD_9: `"'$%\\` },
  environmentFile: "/home/u/.clawdbot/service.env",
  logDir: "/home/u/.clawdbot/logs",
};

function refusalOf(definition: ServiceDefinition): string {
  try {
    checkDefinition(definition);
  } catch (error) {
    expect(error).toMatchObject({ code: "SERVICE_REFUSED" });
    return String(error);
  }
  return "";
}

test.describe("checkDefinition", () => {
  test("lets paths and values of every script pass", () => {
    expect(refusalOf(GOOD)).toBe("");
  });

  const places: Record<string, (text: string) => ServiceDefinition> = {
    "the description": (description) => ({ ...GOOD, description }),
    "the path of the runtime": (text) => ({ ...GOOD, command: [text] }),
    "argument 1 of the command": (text) => ({ ...GOOD, command: ["/usr/bin/node", text] }),
    "the working directory": (workingDirectory) => ({ ...GOOD, workingDirectory }),
    "the path of the environment file": (environmentFile) => ({ ...GOOD, environmentFile }),
    "the path of the log directory": (logDir) => ({ ...GOOD, logDir }),
    "the variable NAME": (text) => ({ ...GOOD, environment: { NAME: text } }),
  };

  for (const [place, inject] of Object.entries(places)) {
    test(`row 33: names ${place} when a line break stands in it`, () => {
      const refusal = refusalOf(inject("/a\nExecStartPre=/bin/false"));

      expect(refusal).toContain(place);
      expect(refusal).toContain("U+000A");
      expect(refusal).not.toContain("\n");
    });
  }

  for (const [name, character] of [
    ["a null", "\0"],
    ["a tab", "\t"],
    ["C1 next line", "\u0085"],
    ["half a character", "\ud83e"],
    ["what Unicode does not have", "\uffff"],
  ] as const) {
    test(`refuses ${name}`, () => {
      expect(refusalOf({ ...GOOD, workingDirectory: `/a${character}b` })).toContain("U+");
    });
  }

  for (const name of ["", "A B", "A=B", "1A", "Ä", 'A"', "A\nB"]) {
    test(`refuses ${JSON.stringify(name)} as the name of a variable`, () => {
      expect(refusalOf({ ...GOOD, environment: { [name]: "x" } })).toContain("is not the name of a variable");
    });
  }
});
