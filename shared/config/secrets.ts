/** Which keys of the configuration hold a secret: told by their name, because sections of later parts and channels are opaque here. */

const SECRET_NAME = /(token|password|passphrase|secret|api_?key|access_?key|private_?key|credentials?)$/i;

/** Whether a text under this key is a secret and never appears in reports, such as `token`, `botToken` or `ACME_API_KEY`. */
export function isSecretKey(name: string): boolean {
  return SECRET_NAME.test(name);
}
