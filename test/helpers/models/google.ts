/** Google's streamGenerateContent. */
import { type AnswerReply, type FakeApi, halves, sse, type Trouble, USAGE } from "./reply.ts";

export const GOOGLE: FakeApi = {
  contentType: "text/event-stream",
  answer: (reply, model) => {
    const finishReason = reply.finish === "length" ? "MAX_TOKENS" : "STOP";
    return [
      ...halves(reply.thinking ?? "").map((text) => piece(model, [{ text, thought: true }])),
      ...halves(reply.text ?? "").map((text) => piece(model, [{ text }])),
      ...calls(reply).map((part) => piece(model, [part])),
      sse({ ...candidate([], finishReason), ...counted(reply), modelVersion: model }),
    ];
  },
  beginning: (text, model) => halves(text).map((part) => piece(model, [{ text: part }])),
  refusal: (model) => [
    sse({
      promptFeedback: { blockReason: "PROHIBITED_CONTENT" },
      ...counted({ kind: "answer" }),
      modelVersion: model,
    }),
  ],
  streamError: (trouble) => [sse(errorOf(trouble).body)],
  malformed: 'data: {"candidates":[{"content":\n\n',
  trouble: errorOf,
};

function piece(model: string, parts: object[]): string {
  return sse({ ...candidate(parts), modelVersion: model, responseId: "r1" });
}

function candidate(parts: object[], finishReason?: string) {
  return {
    candidates: [
      {
        content: { role: "model", parts },
        index: 0,
        ...(finishReason === undefined ? {} : { finishReason }),
      },
    ],
  };
}

function calls({ calls = [], signature }: AnswerReply): object[] {
  return calls.map(({ id, name, arguments: args }, index) => ({
    functionCall: { ...(id === undefined ? {} : { id }), name, args },
    ...(signature === undefined || index > 0 ? {} : { thoughtSignature: signature }),
  }));
}

function counted({ usage = USAGE }: AnswerReply): object {
  if (usage === null) return {};
  const { input, output, cacheRead = 0 } = usage;
  return {
    usageMetadata: {
      promptTokenCount: input + cacheRead,
      candidatesTokenCount: output,
      totalTokenCount: input + cacheRead + output,
      ...(cacheRead === 0 ? {} : { cachedContentTokenCount: cacheRead }),
    },
  };
}

function errorOf(trouble: Trouble): { status: number; body: unknown } {
  const [code, status, message, details] = TROUBLES[trouble];
  return {
    status: code,
    body: { error: { code, message, status, ...(details === undefined ? {} : { details }) } },
  };
}

const ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo";
const RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

const TROUBLES: Record<Trouble, [code: number, status: string, message: string, details?: object[]]> = {
  auth: [
    400,
    "INVALID_ARGUMENT",
    "API key not valid. Please pass a valid API key.",
    [{ "@type": ERROR_INFO, reason: "API_KEY_INVALID", domain: "googleapis.com" }],
  ],
  forbidden: [403, "PERMISSION_DENIED", "Your API key was reported as leaked."],
  billing: [402, "FAILED_PRECONDITION", "Billing is not enabled."],
  rate: [
    429,
    "RESOURCE_EXHAUSTED",
    "Resource has been exhausted.",
    [{ "@type": RETRY_INFO, retryDelay: "7s" }],
  ],
  overloaded: [503, "UNAVAILABLE", "The model is overloaded. Please try again later."],
  server: [500, "INTERNAL", "An internal error has occurred."],
  overflow: [
    400,
    "INVALID_ARGUMENT",
    "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
  ],
  format: [
    400,
    "INVALID_ARGUMENT",
    "Please ensure that function call turn comes immediately after a user turn.",
  ],
  thinking: [400, "INVALID_ARGUMENT", "Thinking level HIGH is not supported for this model."],
  missing: [404, "NOT_FOUND", "models/gemini-nothing is not found for API version v1beta."],
};
