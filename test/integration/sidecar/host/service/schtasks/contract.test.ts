/** The contract of service managers on scheduled tasks; the programs of Windows are stood in for, the gateway's program is real. */
import { serviceManagerContract } from "../../../../../contracts/service-manager.ts";
import { test } from "../../../../../helpers/service/schtasks-service.ts";

test.describe("SchtasksManager, with programs that behave like those of Windows", () => {
  serviceManagerContract(test, {
    characters: { refused: '"', why: "inside the quotation marks of cmd.exe there is none" },
  });
});
