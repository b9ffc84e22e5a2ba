/** What scopes open, and what a client gets of those it asks for. Names that nobody knows open nothing and are kept nowhere. */
import { AuthError } from "../../../shared/errors.ts";
import type { MethodAccess } from "../../../shared/protocol/contract.ts";
import { OPERATOR_SCOPES, type OperatorScope, type Role } from "../../../shared/protocol/roles.ts";

/** Whether the scopes open `access`: admin opens everything, write includes read. */
export function grants(scopes: readonly string[], access: MethodAccess): boolean {
  if (access === "node" || scopes.includes("operator.admin") || scopes.includes(access)) return true;
  return access === "operator.read" && scopes.includes("operator.write");
}

/** The known ones of `names`, each once, in their order there. */
export function knownScopes(names: readonly string[]): OperatorScope[] {
  return [...new Set(names)].filter((name) => isScope(name));
}

/** What a client has that asks for `wished`: an operator that names none gets all; a node has none, as none opens anything for it. */
export function effectiveScopes(role: Role, wished: readonly string[] = []): OperatorScope[] {
  if (role === "node") return [];
  return wished.length === 0 ? ["operator.admin"] : knownScopes(wished);
}

/** Nobody gives what he does not have: throws `MISSING_SCOPE` for the first of `wanted` that `held` does not include. */
export function requireHeld(held: readonly string[], wanted: readonly string[]): void {
  const missing = wanted.find((scope) => !isScope(scope) || !grants(held, scope));
  if (missing !== undefined) throw missingScope(missing, wanted);
}

/** The refusal of somebody who lacks a scope. */
export function missingScope(missing: string, required: readonly string[]): AuthError {
  return new AuthError("MISSING_SCOPE", `missing scope: ${missing}`, {
    details: { missingScope: missing, requiredScopes: [...required] },
  });
}

function isScope(name: string): name is OperatorScope {
  return OPERATOR_SCOPES.some((scope) => scope === name);
}
