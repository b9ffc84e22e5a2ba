/** One request's way: method, role, scope, parameters, handler, answer. Every failure becomes a wire error here and only here. */
import { AuthError, BugError, CodedError, errorText, RequestError } from "../../../shared/errors.ts";
import type { MethodAccess } from "../../../shared/protocol/contract.ts";
import type { RequestFrame, ResponseFrame, WireError } from "../../../shared/protocol/frame.ts";
import type { Call, Method } from "./implement.ts";
import { wireValidationText } from "./wire-validation.ts";

/** Error texts on the wire are cut to this many characters. */
const MAX_ERROR_CHARS = 240;

export class Router {
  #methods: Map<string, Method>;

  constructor(methods: readonly Method[]) {
    this.#methods = new Map(methods.map((method) => [method.name, method]));
    if (this.#methods.size < methods.length) throw new BugError("two methods share one name");
  }

  /** Wire names in the order they are announced in `hello-ok`. */
  get methodNames(): string[] {
    return [...this.#methods.keys()];
  }

  /** Answers one request; never throws. */
  async handle(frame: RequestFrame, call: Call): Promise<ResponseFrame> {
    try {
      const method = this.#authorize(frame.method, call);
      const parsed = method.contract.params.safeParse(frame.params ?? {}, { reportInput: true });
      if (!parsed.success) {
        const detail = wireValidationText(parsed.error, method.contract.params);
        throw new RequestError("PARAMS_INVALID", `invalid ${frame.method} params: ${detail}`);
      }
      return { type: "res", id: frame.id, ok: true, payload: await method.handle(parsed.data, call) };
    } catch (error) {
      if (!(error instanceof RequestError || error instanceof AuthError)) {
        call.log.error({ method: frame.method, err: error }, "request failed");
      }
      return { type: "res", id: frame.id, ok: false, error: wireError(error) };
    }
  }

  #authorize(name: string, { identity }: Call): Method {
    const method = this.#methods.get(name);
    const access = method?.contract.access ?? "operator.admin";
    if ((identity.role === "node") !== (access === "node")) {
      throw new AuthError("ROLE_FORBIDDEN", `unauthorized role: ${identity.role}`);
    }
    if (!grants(identity.scopes, access)) throw new AuthError("SCOPE_MISSING", `missing scope: ${access}`);
    if (name === "connect")
      throw new RequestError("METHOD_UNKNOWN", "connect is only valid as the first request");
    if (method === undefined) throw new RequestError("METHOD_UNKNOWN", `unknown method: ${name}`);
    return method;
  }
}

/** Whether the scopes open `access`: admin opens everything, write includes read. */
export function grants(scopes: readonly string[], access: MethodAccess): boolean {
  if (access === "node" || scopes.includes("operator.admin") || scopes.includes(access)) return true;
  return access === "operator.read" && scopes.includes("operator.write");
}

/** The five codes old clients know; ours stands in `details.code` where it adds something. */
function wireError(error: unknown): WireError {
  if (error instanceof RequestError || error instanceof AuthError) {
    return { code: "INVALID_REQUEST", message: error.message, ...detailsOf(error) };
  }
  if (error instanceof CodedError) {
    return { code: "UNAVAILABLE", message: cut(error.message), ...detailsOf(error) };
  }
  const name = error instanceof Error ? error.name : "Error";
  return { code: "UNAVAILABLE", message: cut(`${name}: ${errorText(error)}`) };
}

function detailsOf(error: CodedError): { details?: unknown } {
  return error.details === undefined ? {} : { details: error.details };
}

function cut(text: string): string {
  return text.length > MAX_ERROR_CHARS ? `${text.slice(0, MAX_ERROR_CHARS - 1)}…` : text;
}
