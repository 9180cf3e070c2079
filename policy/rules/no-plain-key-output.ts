import type { StackRule } from "../rule";

/** Looks for the values of the stack's own keys. In the preview of a new key, its value is not known yet. */
export const noPlainKeyOutput: StackRule = {
  name: "no-plain-key-output",
  description: "No output that is not a secret contains a key value.",
  check(resources) {
    const values = resources.flatMap(({ keyValues }) => keyValues);
    return resources.flatMap(({ urn, plainTexts }) =>
      plainTexts
        .filter(({ text }) => values.some((value) => text.includes(value)))
        .map(({ path }) => ({
          urn,
          message: `\`${path}\` contains a key value in clear. Do not call \`unsecret\` on a key, then rotate it.`,
        })),
    );
  },
};
