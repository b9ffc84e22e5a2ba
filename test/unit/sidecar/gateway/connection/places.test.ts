import { expect, test } from "@playwright/test";
import { Places } from "../../../../../sidecar/gateway/connection/places.ts";

interface Client {
  name: string;
  isAdmin: boolean;
  origin: { local: boolean };
}

const client = (name: string, { isAdmin = false, local = true } = {}): Client => ({
  name,
  isAdmin,
  origin: { local },
});

/** Places for two, taken by these. */
function taken(...clients: Client[]): Places<Client> {
  const places = new Places<Client>(2, ({ isAdmin }) => isAdmin);
  for (const each of clients) places.take(each);
  return places;
}

test.describe("Places", () => {
  const [a, b] = [client("a"), client("b")];
  const admin = client("admin", { isAdmin: true });

  test("has room until every place is taken, and again when somebody leaves", () => {
    const places = taken(a, b);
    const full = places.find(client("c"), false);

    places.leave(a);

    expect(full).toEqual({ isFree: false });
    expect(places.find(client("c"), false)).toEqual({ isFree: true });
  });

  test("S6: gives whoever may do everything the place of the one who may not and came first", () => {
    expect(taken(admin, a).find(client("owner"), true)).toEqual({ isFree: true, leaves: a });
    expect(taken(a, b).find(client("owner"), true)).toEqual({ isFree: true, leaves: a });
  });

  test("S6: sends away nobody who may do everything", () => {
    const other = client("other", { isAdmin: true });

    expect(taken(admin, other).find(client("owner"), true)).toEqual({ isFree: false });
  });

  test("S6: keeps the places of this machine from strangers", () => {
    const places = taken(client("x", { local: false }), client("y", { local: false }));

    expect(places.find(client("z", { local: false }), false)).toEqual({ isFree: false });
    expect(places.find(a, false)).toEqual({ isFree: true });
  });
});
