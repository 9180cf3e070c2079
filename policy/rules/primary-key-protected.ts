import * as z from "zod";
import { isPrimaryKey } from "../resources";
import { defineRule } from "../rule";

export const primaryKeyProtected = defineRule({
  name: "primary-key-protected",
  description: "The primary sandbox key is protected.",
  Settings: z.strictObject({}),
  check(resource) {
    if (!isPrimaryKey(resource) || resource.isProtected) return [];
    return ["The key can be removed from the program. Set the resource option `protect: true`."];
  },
});
