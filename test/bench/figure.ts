/** One line of the report, and the numbers behind it. */

export type Unit = "ms" | "KB" | "MB" | "/s" | "%" | "count";

export interface Figure {
  name: string;
  unit: Unit;
  ours?: number | undefined;
  /** The same of the bare `ws` program, where there is one. */
  bare?: number | undefined;
  /** What ours should not exceed. */
  limit?: number;
  /** How it was taken, or why it was not. */
  note?: string;
}

/** The middle value; NaN for none. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value that `percent` of the values do not exceed; NaN for none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

/** The head of the table. */
export function tableHead(): string {
  return `${row("", "ours", "bare ws", "limit")}\n${"─".repeat(78)}`;
}

/** One line of the table, with its note below. */
export function tableLine({ name, unit, ours, bare, limit, note }: Figure): string {
  const verdict = ours === undefined || limit === undefined ? "" : ours <= limit ? "  ok" : "  OVER";
  const cells = [ours, bare, limit].map((value) => (value === undefined ? "–" : written(value, unit)));
  const line = `${row(name, cells[0] ?? "", cells[1] ?? "", cells[2] ?? "")}${verdict}`;
  return note === undefined ? line : `${line}\n    ${note}`;
}

function row(name: string, ours: string, bare: string, limit: string): string {
  return `${name.padEnd(42)}${ours.padStart(12)}${bare.padStart(12)}${limit.padStart(12)}`;
}

function written(value: number, unit: Unit): string {
  if (unit === "count") return value.toFixed(0);
  if (unit === "/s") return `${value.toFixed(0)} /s`;
  return `${value.toFixed(value < 1 ? 3 : value < 100 ? 1 : 0)} ${unit}`;
}
