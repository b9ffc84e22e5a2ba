/** An `Output` that prints into texts. */
import { Output } from "../../../sidecar/cli/output.ts";

/** `tty`: both streams are terminals. */
export function recorder(
  options: { json?: boolean; env?: Record<string, string>; tty?: boolean; noColor?: boolean } = {},
) {
  const printed = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr") => ({
    isTTY: options.tty ?? false,
    write: (text: string) => {
      printed[name] += text;
    },
  });
  const output = new Output({
    json: options.json ?? false,
    noColor: options.noColor ?? false,
    env: options.env ?? {},
    platform: "linux",
    stdout: stream("stdout"),
    stderr: stream("stderr"),
  });
  return { output, printed };
}
