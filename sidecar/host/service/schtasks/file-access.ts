/** Who may change a file, by its security descriptor: learn.microsoft.com/windows/win32/secauthz/ace-strings. */

/** Everyone, guests, users, signed-in users and those over the network: accounts that are not one person. */
const CROWDS: Record<string, string> = {
  WD: "everyone",
  "S-1-1-0": "everyone",
  AN: "anonymous users",
  "S-1-5-7": "anonymous users",
  AU: "all signed-in users",
  "S-1-5-11": "all signed-in users",
  BU: "all users of this machine",
  "S-1-5-32-545": "all users of this machine",
  BG: "guests",
  "S-1-5-32-546": "guests",
  IU: "whoever sits at the machine",
  "S-1-5-4": "whoever sits at the machine",
  NU: "users over the network",
  "S-1-5-2": "users over the network",
};

/** Full control, writing, and the parts of it: write, append, change the rights, take it over, delete. */
const WRITING_WORDS = /FA|FW|GA|GW|WD|WO|SD|DC|LC/;
const WRITING_BITS = 0x2 | 0x4 | 0x1_0000 | 0x4_0000 | 0x8_0000 | 0x1000_0000 | 0x4000_0000;

/** Who, beside single accounts and administrators, may change the file; empty when nobody or when the text says nothing. */
export function crowdsThatMayWrite(sddl: string): string[] {
  const list = /D:[A-Z]*((?:\([^)]*\))*)/.exec(sddl)?.[1] ?? "";
  const crowds = [...list.matchAll(/\(([^)]*)\)/g)].flatMap(([, entry = ""]) => {
    const [type, flags = "", rights = "", , , who = ""] = entry.split(";");
    // An entry that is only inherited says nothing about the file itself.
    const counts = type === "A" && !flags.includes("IO") && mayWrite(rights);
    const crowd = CROWDS[who];
    return counts && crowd !== undefined ? [crowd] : [];
  });
  return [...new Set(crowds)];
}

function mayWrite(rights: string): boolean {
  if (/^0x[\da-f]+$/i.test(rights)) return (Number(rights) & WRITING_BITS) !== 0;
  return (rights.match(/../g) ?? []).some((word) => WRITING_WORDS.test(word));
}
