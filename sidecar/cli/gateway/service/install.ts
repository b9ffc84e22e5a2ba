/** `clawdbot gateway install`: registers the gateway as a service of this user, starts it and waits until it answers. */
import type { Invocation } from "../../invocation.ts";
import { numberOption, textOption } from "../../options.ts";
import { perform } from "./report.ts";

export async function run(invocation: Invocation): Promise<number> {
  const { values, output } = invocation;
  const options = {
    port: numberOption(values, "port", { min: 1, max: 65_535 }),
    token: textOption(values, "token"),
    runtime: textOption(values, "runtime"),
    force: values.force === true,
  };
  if (options.token !== undefined) {
    output.note("Warning: --token is visible to other users of this machine while the command runs.");
  }
  return perform("install", invocation, (service) => service.install(options));
}
