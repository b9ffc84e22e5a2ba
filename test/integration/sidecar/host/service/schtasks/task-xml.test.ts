import { spawnSync } from "node:child_process";
import { expect, test } from "@playwright/test";
import { encodeTask, renderTask } from "../../../../../../sidecar/host/service/schtasks/task-xml.ts";
import { findProgram } from "../../../../../helpers/run/desktop-needs.ts";
import { TASK } from "../../../../../helpers/service/sample-task.ts";

test.describe("renderTask", () => {
  test("is well-formed for a parser that is not ours", () => {
    const python = findProgram("python3");
    test.skip(python === undefined, "not installed: python3");
    const odd = { ...TASK, description: `<a> & "b" 'c' ]]> <!-- ä` };
    const parse = "import sys, xml.dom.minidom; xml.dom.minidom.parseString(sys.stdin.buffer.read())";

    const { status, stderr } = spawnSync(python ?? "", ["-c", parse], { input: encodeTask(renderTask(odd)) });

    expect(status, String(stderr)).toBe(0);
  });
});
