import { expect, test } from "@playwright/test";
import { crowdsThatMayWrite } from "../../../../../../sidecar/host/service/schtasks/file-access.ts";

const OWN = "(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;FA;;;S-1-5-21-1-2-3-1001)";

test.describe("crowdsThatMayWrite", () => {
  test("is content with a file below a home directory", () => {
    expect(crowdsThatMayWrite(`O:S-1-5-21-1-2-3-1001G:DUD:AI${OWN}`)).toEqual([]);
  });

  test("names those who may change what lies in a folder of a second drive", () => {
    const inherited = "(A;ID;0x1301bf;;;AU)(A;ID;0x1200a9;;;BU)";

    expect(crowdsThatMayWrite(`O:BAG:DUD:AI${OWN}${inherited}`)).toEqual(["all signed-in users"]);
  });

  for (const [what, entry, expected] of [
    ["full control for everyone", "(A;;FA;;;WD)", ["everyone"]],
    ["writing by words", "(A;;FRFW;;;BU)", ["all users of this machine"]],
    ["taking ownership", "(A;;WO;;;S-1-5-11)", ["all signed-in users"]],
    ["deleting", "(A;;0x10000;;;BG)", ["guests"]],
    ["reading and running", "(A;;0x1200a9;;;WD)(A;;FRFX;;;BU)", []],
    ["what is denied", "(D;;FA;;;WD)", []],
    ["what only files below inherit", "(A;OICIIO;FA;;;WD)", []],
  ] as const) {
    test(`reads ${what}`, () => {
      expect(crowdsThatMayWrite(`O:BAG:BAD:PAI${entry}`)).toEqual(expected);
    });
  }

  test("says nothing of a text that is no descriptor", () => {
    for (const text of ["", "Zugriff verweigert", "O:BAG:BA"]) expect(crowdsThatMayWrite(text)).toEqual([]);
  });
});
