/** As what a client connects, and what an operator may then do. */

export const ROLES = ["operator", "node"] as const;
export type Role = (typeof ROLES)[number];

export const OPERATOR_SCOPES = [
  "operator.admin",
  "operator.read",
  "operator.write",
  "operator.approvals",
  "operator.pairing",
] as const;
export type OperatorScope = (typeof OPERATOR_SCOPES)[number];
