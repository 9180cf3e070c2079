import { expect, it } from "vitest";
import * as z from "zod";
import { checkFailures } from "../../../provider/hosts/check-failures";
import { problemsOf } from "../../../provider/values/problems";

const QUOTES = `write it in quotes ("…" in YAML, '"…"' for pulumi config set)`;

const Inputs = z.strictObject({
  name: z.string("must be a string"),
  scopes: z.array(z.string("must be a string")).optional(),
  rotation: z
    .strictObject({
      triggers: z.record(z.string(), z.string("must be a string")),
      after: z.string().max(4, "must be a string").optional(),
    })
    .optional(),
});

const failures = (inputs: Readonly<Record<string, unknown>>, isSecret: boolean) =>
  checkFailures(problemsOf(Inputs, inputs), inputs, () => isSecret);

it("a problem of a top-level property does not repeat the value, which the engine shows", () => {
  expect(failures({ name: 5 }, false)).toEqual([{ property: "name", reason: `must be a string: ${QUOTES}` }]);
});

it.each<[string, object, string, string, string]>([
  ["scopes[1]", { scopes: ["a", 5] }, "scopes", "a number", "5"],
  ["scopes[0]", { scopes: [null] }, "scopes", "nothing", "nothing"],
  ["rotation.triggers.team", { rotation: { triggers: { team: ["a"] } } }, "rotation", "a list", "a list"],
  ['rotation.triggers["a.b"]', { rotation: { triggers: { "a.b": { c: 1 } } } }, "rotation", "an object", "an object"],
  ["rotation.triggers.team", { rotation: { triggers: { team: true } } }, "rotation", "a boolean", "true"],
  ["rotation.after", { rotation: { triggers: {}, after: "so\non" } }, "rotation", "a string", '"so\\non"'],
])("a nested problem, at %s, names the top-level property, and its reason contains the given value", (...row) => {
  const [path, inputs, property, type, value] = row;
  const quotes = /number|boolean/.test(type) ? `: ${QUOTES}` : "";
  const failuresWith = (given: string) => [
    { property, reason: `${path}: must be a string${quotes} (given: ${given})` },
  ];
  expect(failures({ name: "CI", ...inputs }, true)).toEqual(failuresWith(type));
  expect(failures({ name: "CI", ...inputs }, false)).toEqual(failuresWith(value));
});

it("a property that does not exist hides its value, and the object that contains it", () => {
  const rotation = { triggers: { team: 5 }, tokn: "hush" };
  const sorted = failures({ name: "CI", key: "hush", rotation }, false).toSorted((a, b) =>
    a.reason < b.reason ? -1 : 1,
  );
  expect(sorted).toEqual([
    { property: "", reason: `rotation.triggers.team: must be a string: ${QUOTES}` },
    { property: "", reason: `there is no property "key"` },
    { property: "", reason: `there is no property "rotation.tokn"` },
  ]);
});
