/** `clawdbot models auth`: the keys of model providers. They go to the gateway, and never come back from there. */
import { text as readAll } from "node:stream/consumers";
import { quoted, RequestError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { advice } from "../../../shared/remedy.ts";
import { askSecret } from "../ask-secret.ts";
import { canAsk, leftUnchanged } from "../confirm.ts";
import type { modelsAuth } from "../definitions/models.ts";
import type { Invocation } from "../invocation.ts";
import { answerTo, type TypedValues } from "../typed-values.ts";
import { askGateway } from "./gateway.ts";
import { printKeys } from "./status.ts";

export async function run(invocation: Invocation<typeof modelsAuth>): Promise<number> {
  const [action = "list", provider] = invocation.arguments;
  const { from, "dry-run": isDryRun } = invocation.values;
  if (action !== "import" && (from !== undefined || isDryRun))
    throw new RequestError("USAGE", "--from and --dry-run belong to: models auth import");
  switch (action) {
    case "list":
      return list(invocation);
    case "add":
      return add(invocation, named(action, provider));
    case "remove":
      return remove(invocation, named(action, provider));
    case "import": {
      const { importKeys } = await import("./import-keys.ts");
      return importKeys(invocation, provider);
    }
    default:
      throw new RequestError(
        "USAGE",
        advice`"models auth" knows list, add, remove and import, not ${quoted(action)}`,
      );
  }
}

function named(action: string, provider: string | undefined): string {
  if (provider !== undefined) return provider;
  throw new RequestError("USAGE", advice`"models auth ${action}" needs <provider>, such as anthropic`);
}

async function list(invocation: Invocation<typeof modelsAuth>): Promise<number> {
  const { output } = invocation;
  const status = await askGateway(invocation, "models.status", {});
  const { providers, cooling } = status;
  output.document({ providers, cooling });
  if (!output.json) printKeys(status, output);
  return EXIT.ok;
}

async function add(invocation: Invocation<typeof modelsAuth>, provider: string): Promise<number> {
  const { values, output } = invocation;
  const secret = canAsk(output)
    ? await askSecret(output, advice`The key of ${provider} (it is not shown): `)
    : (await readAll(process.stdin)).trim().split("\n", 1)[0];
  if (secret === undefined) return leftUnchanged(output);
  if (secret.trim() === "")
    throw new RequestError("USAGE", "There is no key: type it, or give it on the standard input");
  const asked = askGateway(invocation, "models.auth.put", { provider, secret, ...nameOf(values.name) });
  const answer = await answerTo(asked, {
    ...typedNames(provider, values.name),
    secret: {
      place: canAsk(output) ? advice`The key that was typed` : advice`The key on the standard input`,
      value: secret,
      whenLong: advice`give the key alone, without what stands around it`,
    },
  });
  output.document(answer);
  output.tick(advice`the key ${answer.name} of ${provider} is kept`);
  return EXIT.ok;
}

async function remove(invocation: Invocation<typeof modelsAuth>, provider: string): Promise<number> {
  const { values, output } = invocation;
  const asked = askGateway(invocation, "models.auth.remove", { provider, ...nameOf(values.name) });
  const answer = await answerTo(asked, typedNames(provider, values.name));
  output.document(answer);
  output.tick(advice`the key ${answer.name} of ${provider} is forgotten`);
  return EXIT.ok;
}

function typedNames(provider: string, name: string | undefined): TypedValues {
  return { provider: { place: "<provider>", value: provider }, name: { place: "--name", value: name } };
}

function nameOf(name: string | undefined) {
  return name === undefined ? {} : { name };
}
