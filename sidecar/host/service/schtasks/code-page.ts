/**
 * The code pages in which cmd.exe reads a batch file. What a page cannot hold is written as UTF-8; the file then begins by
 * switching to that page, which cmd.exe follows from the next line on.
 */

/** UTF-8 as cmd.exe calls it. */
const UTF8_PAGE = 65_001;

/** The page that can hold all of the text: undefined for ASCII, which every page holds, else the one of the system or UTF-8. */
export function pageFor(text: string, systemPage: number | undefined): number | undefined {
  if (isAscii(text)) return undefined;
  return systemPage !== undefined && encodeInPage(text, systemPage) !== undefined ? systemPage : UTF8_PAGE;
}

/** The text of bytes in a page; undefined when the page is not known here. */
export function decodePage(bytes: Buffer, codePage: number): string | undefined {
  if (codePage === UTF8_PAGE) return bytes.toString("utf8");
  const upper = UPPER_HALVES[codePage];
  if (upper === undefined) return undefined;
  return Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : upper[byte - 128])).join("");
}

/** Undefined when the page is not known here, or lacks one of the characters. */
export function encodeInPage(text: string, codePage: number): Buffer | undefined {
  if (codePage === UTF8_PAGE) return Buffer.from(text);
  const upper = UPPER_HALVES[codePage];
  if (upper === undefined) return undefined;
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.charCodeAt(0);
    const place = code < 128 ? code : upper.indexOf(character) + 128;
    if (place < 128 && code >= 128) return undefined;
    if (character === HOLE) return undefined;
    bytes.push(place);
  }
  return Buffer.from(bytes);
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

const HOLE = "\ufffd";

/** Bytes 128 to 255 of the pages that Windows uses for consoles in Europe and America; a replacement character is a hole. */
const UPPER_HALVES: Record<number, string> = {
  437:
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐" +
    "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0",
  850:
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐" +
    "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0",
  852:
    "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐" +
    "└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u00ad˝˛ˇ˘§÷¸°¨˙űŘř■\u00a0",
  857:
    "ÇüéâäàåçêëèïîıÄÅÉæÆôöòûùİÖÜø£ØŞşáíóúñÑĞğ¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐" +
    "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ºªÊËÈ�ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµ�×ÚÛÙìÿ¯´\u00ad±�¾¶§÷¸°¨·¹³²■\u00a0",
  858:
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐" +
    "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0",
  866:
    "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмноп░▒▓│┤╡╢╖╕╣║╗╝╜╛┐" +
    "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀рстуфхцчшщъыьэюяЁёЄєЇїЎў°∙·√№¤■\u00a0",
};
