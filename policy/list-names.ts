// Writes the names of the keys in exported states into a configuration file of the pack. See docs/policy.md.
import { readFileSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { isGatewayKey, stackOf } from "./resources";
import { keyNameUnique } from "./rules/key-name-unique";

const State = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({ urn: z.string(), type: z.string(), outputs: z.object({ name: z.string().nullish() }).optional() }),
      )
      .default([]),
  }),
});
const Configuration = z.record(z.string(), z.unknown());

/** Returns the content of a file. Prints an error and exits if the file does not have this form. */
function read<Schema extends z.ZodType>(file: string, form: string, Schema: Schema): z.output<Schema> {
  try {
    return Schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    process.stderr.write(`${file} cannot be read as ${form}. Nothing was changed. Check the path and the content.\n`);
    process.exit(1);
  }
}

const [file = "", ...exported] = process.argv.slice(2);
if (exported.length === 0) {
  process.stderr.write("Usage: node bin/list-names.js CONFIGURATION STATE…\n");
  process.exit(2);
}
const names: Record<string, string[]> = {};
for (const state of exported) {
  for (const resource of read(state, "a state of `pulumi stack export`", State).deployment.resources) {
    const name = resource.outputs?.name;
    if (!isGatewayKey(resource) || !name) continue;
    const stack = stackOf(resource);
    names[stack] = [...(names[stack] ?? []), name];
  }
}
const configuration = read(file, "a configuration of the pack", Configuration);
const existing = Configuration.safeParse(configuration[keyNameUnique.name]).data ?? {};
const updated = { ...configuration, [keyNameUnique.name]: { ...existing, names } };
writeFileSync(file, `${JSON.stringify(updated, null, 2)}\n`);
