import * as z from "zod";
import { isGatewayKey } from "../resources";
import { defineRule } from "../rule";
import { durationMs, HOUR_MS } from "./duration";

const Inputs = z.object({ rotation: z.object({ overlap: z.string().nullish() }).nullish() });

export const keyOverlap = defineRule({
  name: "key-overlap",
  description: "The previous value of a gateway key stays valid only for a short time.",
  Settings: z.strictObject({ maxHours: z.number().nonnegative().default(72) }),
  check(resource, { maxHours }) {
    if (!isGatewayKey(resource)) return [];
    const overlap = Inputs.parse(resource.inputs).rotation?.overlap ?? "0s";
    if (durationMs(overlap) <= maxHours * HOUR_MS) return [];
    return [`\`rotation.overlap\` is ${overlap}. Set it to at most ${maxHours}h.`];
  },
});
