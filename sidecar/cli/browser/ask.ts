/** What the commands about the agents' browser have in common: asking the gateway, and printing what it says. */
import { EXIT } from "../../../shared/exit-codes.ts";
import { neutralLines } from "../../../shared/foreign-text.ts";
import type { MethodParams } from "../../../shared/protocol/index.ts";
import { connectTo } from "../connect.ts";
import type { browserStatus } from "../definitions/browser.ts";
import type { Invocation } from "../invocation.ts";
import { resolveTarget } from "../target.ts";

const MOST_CHARS = 100_000;

/** Asks for it, and prints the answer. */
export async function askBrowser(
  { values, context, output }: Pick<Invocation<typeof browserStatus>, "values" | "context" | "output">,
  { query, ...asked }: MethodParams<"browser.request">,
): Promise<number> {
  const { timeout, "browser-profile": profile } = values;
  const target = await resolveTarget(values, context);
  const gateway = await output.during("Asking the gateway", connectTo(target, timeout));
  try {
    const params = { ...asked, query: { ...query, ...(profile === undefined ? {} : { profile }) } };
    const answer = await output.during(
      "Waiting for the browser",
      gateway.call("browser.request", params, timeout),
    );
    output.repeat(neutralLines(answer.text, MOST_CHARS));
    output.document(answer);
    return EXIT.ok;
  } finally {
    gateway.close();
  }
}
