import * as z from "zod";
import { isGatewayKey } from "../resources";
import { defineRule } from "../rule";
import { DAY_MS, durationMs } from "./duration";

const Inputs = z.object({ rotation: z.object({ after: z.string().nullish() }).nullish() });

export const keyRotation = defineRule({
  name: "key-rotation",
  description: "A gateway key is rotated by age.",
  Settings: z.strictObject({ maxDays: z.number().positive().default(90) }),
  check(resource, { maxDays }) {
    if (!isGatewayKey(resource)) return [];
    const after = Inputs.parse(resource.inputs).rotation?.after ?? undefined;
    if (after === undefined) return [`The key is not rotated by age. Set \`rotation.after\` to at most ${maxDays}d.`];
    if (durationMs(after) <= maxDays * DAY_MS) return [];
    return [`\`rotation.after\` is ${after}. Set it to at most ${maxDays}d.`];
  },
});
