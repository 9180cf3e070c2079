import * as z from "zod";
import { defineRule } from "../rule";
import { Pattern } from "./pattern";

/** Looks for key values by their form, since the inputs of a resource do not tell which keys the program has. */
export const noPlainKeyInput = defineRule({
  name: "no-plain-key-input",
  description: "No input that is not a secret contains a key value.",
  Settings: z.strictObject({ pattern: Pattern.default("\\b(?:dg|dench)_[a-z]+_[A-Za-z0-9_-]{12,}") }),
  check({ plainTexts }, { pattern }) {
    const form = new RegExp(pattern);
    return plainTexts
      .filter(({ text }) => form.test(text))
      .map(({ path }) => `\`${path}\` contains a key value in clear. Pass it as a secret, then rotate the key.`);
  },
});
