import { expect, it } from "vitest";
import * as z from "zod";
import { checkFailures } from "../../../provider/hosts/check-failures";
import { problemsOf } from "../../../provider/problems";

const QUOTES = `write it in quotes ("…" in YAML, '"…"' for pulumi config set)`;

const Inputs = z.strictObject({
  name: z.string("must be a string"),
  scopes: z.array(z.string("must be a string")).optional(),
  rotation: z.strictObject({ triggers: z.record(z.string(), z.string("must be a string")) }).optional(),
});

const failures = (inputs: Readonly<Record<string, unknown>>) => checkFailures(problemsOf(Inputs, inputs), inputs);

it("a problem of a top-level property leaves it to the engine to show the value", () => {
  expect(failures({ name: 5 })).toEqual([{ property: "name", reason: `must be a string: ${QUOTES}` }]);
});

it.each<[string, object, string, string]>([
  ["scopes[1]", { scopes: ["a", 5] }, "scopes", "a number"],
  ["scopes[0]", { scopes: [null] }, "scopes", "nothing"],
  ["rotation.triggers.team", { rotation: { triggers: { team: ["a"] } } }, "rotation", "a list"],
  ["rotation.triggers.a.b", { rotation: { triggers: { "a.b": { c: 1 } } } }, "rotation", "an object"],
  ["rotation.triggers.team", { rotation: { triggers: { team: true } } }, "rotation", "a boolean"],
])("a nested problem, at %s, names the top-level property, and its reason the path and the type", (...row) => {
  const [path, inputs, property, type] = row;
  expect(failures({ name: "CI", ...inputs })).toEqual([
    {
      property,
      reason: `${path}: must be a string${/number|boolean/.test(type) ? `: ${QUOTES}` : ""} (given: ${type})`,
    },
  ]);
});

it("a property that there is not hides its value, and the object that it stands in", () => {
  const rotation = { triggers: { team: 5 }, tokn: "hush" };
  expect(failures({ name: "CI", key: "hush", rotation }).toSorted((a, b) => a.reason.localeCompare(b.reason))).toEqual([
    { property: "", reason: `there is no property "key"` },
    { property: "", reason: `there is no property "rotation.tokn"` },
    { property: "", reason: `rotation.triggers.team: must be a string: ${QUOTES}` },
  ]);
});
