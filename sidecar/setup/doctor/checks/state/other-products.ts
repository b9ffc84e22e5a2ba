/** Whether another product of the family lives here as well: both want the same port, and neither is in the other's way otherwise. */
import { DEFAULT_PORT } from "../../../../../shared/config/defaults.ts";
import { type Neighbour, otherProducts } from "../../../../../shared/node/other-products.ts";
import { advice, ours } from "../../../../../shared/remedy.ts";
import type { Check } from "../../check.ts";

export const otherProductsHere: Check = {
  id: "other-products",
  examine: async ({ profile }) =>
    otherProducts(profile).map(({ product, places }: Neighbour) => ({
      code: "other-product",
      level: "hint",
      subject: product,
      message: advice`${product} is on this machine too (${places.join(", ")}); nothing of it is used or changed`,
      remedy: advice`both listen on port ${DEFAULT_PORT} by default: let one use another, such as with ${ours`config set gateway.port <port>`}; the page Switching of the guide says more`,
    })),
};
