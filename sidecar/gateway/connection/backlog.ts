/** What clients leave unread, taken together: each may leave much, all of them may not. */

/** Who has to go, the one that leaves most first, until the others leave `limitBytes` at most. */
export function furthestBehind<Client extends { readonly bufferedBytes: number }>(
  clients: Iterable<Client>,
  limitBytes: number,
): Client[] {
  const behind = [...clients].sort((a, b) => b.bufferedBytes - a.bufferedBytes);
  let total = behind.reduce((sum, { bufferedBytes }) => sum + bufferedBytes, 0);
  return behind.filter(({ bufferedBytes }) => {
    const isTooMuch = total > limitBytes;
    if (isTooMuch) total -= bufferedBytes;
    return isTooMuch;
  });
}
