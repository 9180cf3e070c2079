import * as z from "zod";
import { isGatewayKey, stackOf } from "../resources";
import { defineRule } from "../rule";

const Inputs = z.object({ name: z.string().nullish() });

/** Compares the name of a key with those of other stacks, which `list-names` reads from exported states. */
export const keyNameUnique = defineRule({
  name: "key-name-unique",
  description: "No other stack has a gateway key of the same name.",
  Settings: z.strictObject({ names: z.record(z.string(), z.array(z.string())).default({}) }),
  check(resource, { names }) {
    if (!isGatewayKey(resource)) return [];
    const { name } = Inputs.parse(resource.inputs);
    const others = Object.entries(names).filter(
      ([stack, taken]) => stack !== stackOf(resource) && taken.some((each) => each === name),
    );
    return others.map(([stack]) => `The stack ${stack} has a key named ${name} too. Choose another \`name\`.`);
  },
});
