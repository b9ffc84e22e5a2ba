/** Speech on the devices: whether they listen and speak, and by which words they wake. */
import * as z from "zod";
import { methods } from "../contract.ts";

/** Whether people talk to the assistant by voice; `phase` is what the device that talks does at the moment, in its own words. */
export const TalkMode = z.object({ enabled: z.boolean(), phase: z.string().nullable(), ts: z.number() });
/** The words by which devices wake. */
export const WakeWords = z.object({ triggers: z.array(z.string()) });

export const voiceMethods = methods({
  /** Tells all clients whether people talk by voice. Fails with `NOT_CONNECTED` for a web page while no phone is connected. */
  "talk.mode": {
    access: "operator.write",
    params: z.strictObject({ enabled: z.boolean(), phase: z.string().max(200).optional() }),
    result: TalkMode,
  },
  /** The words by which devices wake. */
  "voicewake.get": {
    access: "operator.read",
    params: z.strictObject({}),
    result: WakeWords,
  },
  /** Other words, for all devices. Blanks around them are cut off, at most 32 words of 64 characters are kept; none means those of the program. */
  "voicewake.set": {
    access: "operator.write",
    params: z.object({ triggers: z.array(z.unknown()).max(1_000) }),
    result: WakeWords,
  },
});
