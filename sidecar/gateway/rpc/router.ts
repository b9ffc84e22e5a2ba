/** One request's way: method, role, scope, parameters, handler, answer. Every failure becomes a wire error here and only here. */
import { AuthError, BugError, RequestError } from "../../../shared/errors.ts";
import type { RequestFrame, ResponseFrame } from "../../../shared/protocol/frame.ts";
import { grants, missingScope } from "../auth/scopes.ts";
import { type Call, FailedAnswer, type Method } from "./implement.ts";
import { wireErrorOf } from "./wire-error.ts";
import { checkWire } from "./wire-validation.ts";

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
      const { contract } = method;
      const given = frame.params ?? {};
      const params = checkWire(contract.params, contract.prepare?.(given) ?? given);
      if (!params.ok) {
        throw new RequestError("PARAMS_INVALID", `invalid ${frame.method} params: ${params.text}`);
      }
      return { type: "res", id: frame.id, ok: true, payload: await method.handle(params.value, call) };
    } catch (error) {
      if (error instanceof FailedAnswer) {
        return {
          type: "res",
          id: frame.id,
          ok: false,
          payload: error.payload,
          error: wireErrorOf(error.cause),
        };
      }
      if (!(error instanceof RequestError || error instanceof AuthError)) {
        call.log.error({ method: frame.method, err: error }, "request failed");
      }
      return { type: "res", id: frame.id, ok: false, error: wireErrorOf(error) };
    }
  }

  #authorize(name: string, { identity }: Call): Method {
    const method = this.#methods.get(name);
    const access = method?.contract.access ?? "operator.admin";
    if ((identity.role === "node") !== (access === "node")) {
      throw new AuthError("ROLE_FORBIDDEN", `unauthorized role: ${identity.role}`);
    }
    if (!grants(identity.scopes, access)) throw missingScope(access, [access]);
    if (name === "connect")
      throw new RequestError("CONNECT_REPEATED", "connect is only valid as the first request");
    if (method === undefined) throw new RequestError("METHOD_UNKNOWN", `unknown method: ${name}`);
    return method;
  }
}
