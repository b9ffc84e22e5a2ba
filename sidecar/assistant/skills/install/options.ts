/** The ways to install what a skill needs, as its front matter says them. A way that could do something else than it says is kept with the reason why it is never gone. */
import { advice, type Remedy } from "../../../../shared/remedy.ts";
import type { FieldReader } from "../manifest-fields.ts";
import { type DownloadOption, INSTALL_KINDS, type InstallKind, type InstallOption } from "../skill.ts";

const MOST_CHARS = 500;

export function installOptions(own: FieldReader): InstallOption[] {
  const ids = new Set<string>();
  return own.each("install").flatMap((fields, index) => {
    const written = fields.text("kind", MOST_CHARS);
    const kind = INSTALL_KINDS.find((each) => each === written);
    // Other programs know other kinds.
    if (kind === undefined) return [];
    const id = fields.text("id", MOST_CHARS) ?? `${kind}-${index}`;
    if (ids.has(id)) return [];
    ids.add(id);
    const bins = fields.names("bins");
    const option = { id, kind, label: labelOf(fields, kind, bins), bins, os: fields.names("os") };
    return [{ ...option, ...wayOf(kind, fields) }];
  });
}

function labelOf(fields: FieldReader, kind: InstallKind, bins: readonly string[]): string {
  const label = fields.text("label", MOST_CHARS);
  return label ?? (bins.length === 0 ? `Install with ${kind}` : `Install ${bins.join(", ")} (${kind})`);
}

type Way = Partial<Pick<InstallOption, "formula" | "package" | "module" | "download" | "refused">>;

/** Names begin like a word: anything else would be an option of the program that is given it. */
const FORMS = {
  formula: /^[a-z0-9][\w@.+-]*(?:\/[a-z0-9][\w@.+-]*){0,2}$/i,
  npm: /^(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*(?:@[\w.^~<>=-]+)?$/i,
  module: /^[a-z0-9][\w.~-]*(?:\/[\w.~-]+)*(?:@[\w.+-]+)?$/i,
  python: /^[a-z0-9][\w.-]*(?:\[[\w,-]+\])?(?:[=<>~!]=[\w.*+-]+)?$/i,
} as const;

function wayOf(kind: InstallKind, fields: FieldReader): Way {
  switch (kind) {
    case "brew":
      return named("formula", fields.text("formula", MOST_CHARS), FORMS.formula);
    case "node":
      return named("package", fields.text("package", MOST_CHARS), FORMS.npm);
    case "go":
      return named("module", fields.text("module", MOST_CHARS), FORMS.module);
    case "uv":
      return named("package", fields.text("package", MOST_CHARS), FORMS.python);
    case "download":
      return downloadOf(fields);
  }
}

function named(field: "formula" | "package" | "module", value: string | undefined, form: RegExp): Way {
  if (value !== undefined && form.test(value)) return { [field]: value };
  return { refused: advice`its ${field} is no name of a package` };
}

function downloadOf(fields: FieldReader): Way {
  const url = URL.parse(fields.text("url", 2_000) ?? "");
  const refused = (why: Remedy): Way => ({ refused: why });
  if (url?.protocol !== "https:" || url.username !== "" || url.password !== "")
    return refused(advice`its address does not begin with https://`);
  const sha256 = fields.text("sha256", 64)?.toLowerCase() ?? "";
  if (!/^[0-9a-f]{64}$/.test(sha256))
    return refused(advice`it has no sha256, by which what is downloaded could be told from something else`);
  const written = fields.text("archive", MOST_CHARS) ?? url.pathname;
  const archive = /tar|tgz|tbz|txz/i.test(written) ? "tar" : /zip/i.test(written) ? "zip" : undefined;
  const isUnpacked = fields.flag("extract") ?? archive !== undefined;
  if (isUnpacked && archive === undefined) return refused(advice`it is an archive of an unknown kind`);
  const download: DownloadOption = {
    url: url.href,
    sha256,
    ...(isUnpacked && archive !== undefined ? { archive } : {}),
    stripComponents: fields.count("stripComponents") ?? 0,
  };
  return { download };
}
