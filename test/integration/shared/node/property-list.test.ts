import { expect, test } from "@playwright/test";
import fc from "fast-check";
import { readPropertyList, renderPropertyList } from "../../../../shared/node/property-list.ts";
import { readBinaryPlist } from "../../../fixtures/launchctl/binary-plist.ts";
import { noLaunchdReason, normalizedByPlistutil } from "../../../helpers/service/launchctl.ts";
import { ODD, TEXT } from "../../../helpers/service/property-lists.ts";

test.describe("a property list", () => {
  test("means the same to another program, byte for byte", () => {
    const reason = noLaunchdReason();
    test.skip(reason !== undefined, reason);
    const { numbers: _, ...values } = ODD;

    const text = renderPropertyList(values);

    expect(readBinaryPlist(normalizedByPlistutil(text, "bin"))).toEqual(values);
    expect(readPropertyList(normalizedByPlistutil(text, "xml").toString())).toEqual(values);
  });

  test("means the same to another program whatever its text", () => {
    const reason = noLaunchdReason();
    test.skip(reason !== undefined, reason);

    fc.assert(
      fc.property(fc.array(TEXT, { minLength: 20, maxLength: 60 }), (list) => {
        const bytes = normalizedByPlistutil(renderPropertyList({ list }), "bin");
        expect(readBinaryPlist(bytes)).toEqual({ list });
      }),
      { numRuns: 25 },
    );
  });
});
