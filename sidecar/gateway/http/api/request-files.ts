/** Files in the parts of a request. They come with it: nothing is fetched from an address that somebody names. */
import { type Attachment, bytesOfBase64, dataUrl } from "../../../assistant/media/attachments.ts";
import { plainFileName } from "../../../base/media/file-name.ts";
import { typeAsSaid } from "../../../base/media/file-type.ts";
import { ApiError, refusalOf } from "./errors.ts";

/** What a part says of a file. */
export interface SentFile {
  /** Where it stands in the request, for refusals. */
  at: string;
  /** A picture that is none is refused, and any other file is what it is. */
  isImage: boolean;
  url?: string | undefined;
  base64?: string | undefined;
  mimeType?: string | undefined;
  name?: string | undefined;
}

/** Whether the text is an address, of the file or of its content, and no base64. */
export function isAddress(text: string | undefined): boolean {
  return text !== undefined && /^[a-z][a-z0-9+.-]*:/i.test(text);
}

/** The file itself. Fails with `ApiError` for an address, for no file at all and for what is no base64. */
export function fileIn(sent: SentFile): Attachment {
  const { at, isImage, mimeType } = sent;
  const url = sent.url === undefined ? undefined : dataUrl(sent.url);
  if (sent.url !== undefined && url === undefined) throw new ApiError(400, `${at}: ${ONLY_DATA}`);
  const base64 = url?.base64 ?? sent.base64;
  if (base64 === undefined) throw new ApiError(400, `${at}: there is no file in this part`);
  const name = plainFileName(sent.name);
  const label = name ?? at;
  const said = url?.declared ?? typeAsSaid(mimeType);
  try {
    const declared = isImage ? (said ?? "image/*") : said;
    return { label, name, declared, content: bytesOfBase64(base64, label) };
  } catch (error) {
    throw refusalOf(error);
  }
}

const ONLY_DATA =
  "files are not fetched from addresses; send the file itself as a data URL, data:<type>;base64,<content>";
