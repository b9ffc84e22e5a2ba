/**
 * `clawdbot models auth import`: the keys of the original or of OpenClaw, taken over once. Their files stay as they are, what is kept here
 * stays too, and what cannot be taken over is named. No key and no part of one is shown.
 */
import { resolve } from "node:path";
import { quoted, SetupError } from "../../../shared/errors.ts";
import { EXIT } from "../../../shared/exit-codes.ts";
import { foreignLine } from "../../../shared/foreign-text.ts";
import { otherProducts } from "../../../shared/node/other-products.ts";
import { tildePath } from "../../../shared/node/paths.ts";
import { advice, ours, type Remedy } from "../../../shared/remedy.ts";
import { type FoundKeys, findKeys, type LeftBecause } from "../../assistant/import/key-files.ts";
import type { Credential } from "../../base/store/credential-store.ts";
import type { modelsAuth } from "../definitions/models.ts";
import type { Invocation, ProfileContext } from "../invocation.ts";
import { keyPlace } from "./key-place.ts";

/** Takes over all keys, or those of one provider. */
export async function importKeys(
  invocation: Invocation<typeof modelsAuth>,
  provider: string | undefined,
): Promise<number> {
  const { values, context, output } = invocation;
  const from = values.from === undefined ? context.paths.stateDir : resolve(values.from);
  const all = await findKeys(from, Date.now());
  const found = ofProvider(all, provider?.toLowerCase());
  const { left, unreadable } = found;
  if (found.keys.length + left.length + unreadable.length === 0)
    throw provider !== undefined && all.keys.length > 0
      ? noneOf(provider, from, all)
      : await nothingIn(from, context);
  const place = await keyPlace(invocation);
  const keys = found.keys.map((key) => ({ ...key, provider: servedName(key.provider, place.providers) }));
  const isKept = ({ provider: of, profile }: Credential) =>
    place.kept.some((each) => each.provider === of && each.profile === profile);
  const isServed = (key: { provider: string }) => place.providers.includes(key.provider);
  const fresh = keys.filter((key) => isServed(key) && !isKept(key));
  const isDryRun = values["dry-run"];
  if (!isDryRun && fresh.length > 0)
    await output.during(advice`Reading ${tildePath(from, context.paths.home)}`, place.put(fresh));

  for (const key of fresh) output.tick(takenText(key, isDryRun));
  for (const key of keys.filter(isKept))
    output.say(advice`the key ${nameOf(key)} of ${shown(key.provider)} is here already`);
  const damaged = left.filter(({ why }) => why === "damaged").map(({ id }) => foreignLine(id));
  if (damaged.length > 0)
    output.note(
      advice`${damaged.length} profiles there are damaged, and are passed over: ${damaged.join(", ")}`,
    );
  for (const { provider: of, id, agentId, why } of left)
    if (why !== "damaged") output.note(LEFT[why](foreignLine(id), shown(of), shown(agentId)));
  const unserved = keys.filter((key) => !isServed(key));
  for (const { provider: of } of unserved)
    output.note(
      advice`nothing is known here of the provider ${shown(of)}, so its key stays there: once models.providers.${shown(of)} says where it is, import again`,
    );
  for (const { file, reason } of unreadable)
    output.note(advice`${foreignLine(file)} cannot be read: ${reason}`);
  for (const [provided, names] of found.orders) {
    const of = servedName(provided, place.providers);
    const isWhole = names.every((name) => fresh.some((key) => key.provider === of && key.profile === name));
    if (isWhole)
      output.say(
        advice`They were asked in an order of their own; to keep it: ${ours`config set auth.order.${of} ${JSON.stringify(names)}`}`,
      );
  }
  output.document({
    ok: unreadable.length === 0,
    from,
    dryRun: isDryRun,
    imported: fresh.map(withoutSecret),
    here: keys.filter(isKept).map(withoutSecret),
    left: [
      ...left,
      ...unserved.map(({ provider: of, profile }) => ({
        provider: of,
        id: profile,
        why: "unknown-provider",
      })),
    ],
    unreadable,
  });
  return unreadable.length === 0 ? EXIT.ok : EXIT.failure;
}

function takenText(key: Credential, isDryRun: boolean): Remedy {
  const [name, provider] = [nameOf(key), shown(key.provider)];
  return isDryRun
    ? advice`the key ${name} of ${provider} can be taken over`
    : advice`the key ${name} of ${provider} is kept`;
}

/** What becomes of a login, and why it cannot be used here. */
const LEFT: Readonly<
  Record<Exclude<LeftBecause, "damaged">, (id: string, provider: string, agentId: string) => Remedy>
> = {
  login: (id) =>
    advice`the login ${id} stays there: only the program that made it can renew it. Here a key does the same: ${ours`models auth add <provider>`}`,
  expired: (id) => advice`the login ${id} stays there: it has run out`,
  elsewhere: (id) => advice`the key ${id} stays there: the file only says where else it is kept`,
  placeholder: (id, provider) =>
    advice`the key ${id} stays there: the file has a variable or a mark in its place. Give it here: ${ours`models auth add ${provider}`}`,
  malformed: (id) => advice`${id} stays there: what it holds can be no key, as no key has such characters`,
  unusable: (id) => advice`${id} stays there: it holds no key`,
  type: (id) =>
    advice`${id} stays there: its type is none that is known here; these are api_key, token and oauth`,
  "other-agent": (id, provider, agentId) =>
    advice`the key ${id} of the agent ${agentId} stays there: a key serves all agents here, and there is one of ${provider} already`,
};

function ofProvider(found: FoundKeys, provider: string | undefined): FoundKeys {
  if (provider === undefined) return found;
  const isMeant = (each: { provider: string }) => each.provider === provider;
  return { ...found, keys: found.keys.filter(isMeant), left: found.left.filter(isMeant) };
}

/** As the gateway spells it. */
function servedName(provider: string, served: readonly string[]): string {
  return served.find((each) => each.toLowerCase() === provider) ?? provider;
}

function noneOf(provider: string, from: string, { keys }: FoundKeys): SetupError {
  const others = [...new Set(keys.map((key) => shown(key.provider)))];
  return new SetupError(
    "NOT_FOUND",
    advice`There is no key of ${quoted(provider)} in ${from}; there are keys of ${others.join(", ")}.`,
    { fix: advice`name one of them, or none for all: ${ours`models auth import --from ${from}`}` },
  );
}

async function nothingIn(from: string, context: ProfileContext): Promise<SetupError> {
  const { paths } = context;
  const places = [paths.stateDir, ...otherProducts(context).flatMap((each) => each.places)];
  let other = "<path>";
  for (const place of places) {
    if (place !== from && (await findKeys(place, Date.now())).keys.length > 0) other = place;
  }
  return new SetupError("NOT_FOUND", advice`There are no keys of another program in ${from}.`, {
    fix: advice`name the state directory that has them: ${ours`models auth import --from ${other}`}`,
  });
}

function withoutSecret({ provider, profile, kind }: Credential) {
  return { provider, name: profile, kind };
}

function nameOf({ profile }: Credential): string {
  return foreignLine(profile);
}

function shown(text: string): string {
  return foreignLine(text);
}
