import { describe, expect, it } from "vitest";
import * as z from "zod";
import { describeProblem, problemsOf } from "../../../provider/values/problems";
import { UNKNOWN } from "../../../provider/values/unknown";

describe("a number or a boolean where a string is expected", () => {
  const Schema = z.strictObject({
    scopes: z.array(z.string("must be a string").min(2, "must be longer")).optional(),
    labels: z.record(z.string(), z.string("must be a string")).optional(),
    after: z
      .string("must be a duration")
      .regex(/^\d+d$/, "must be a duration")
      .optional(),
    count: z.number("must be a number").optional(),
  });
  const quotes = `must be a string: write it in quotes ("…" in YAML, '"…"' for pulumi config set)`;

  it.each([
    ["in a list", { scopes: ["ok", 404] }, "scopes[1]", quotes],
    ["in a map", { labels: { team: true } }, "labels.team", quotes],
    ["that is too short even in quotes", { scopes: [7] }, "scopes[0]", "must be a string"],
    ["that is not a duration even in quotes", { after: 30 }, "after", "must be a duration"],
    ["where another type is expected", { count: true }, "count", "must be a number"],
  ])("suggests quotes only if they help: %s", (_what, value, path, message) => {
    expect(problemsOf(Schema, value)).toMatchObject([{ path, message }]);
  });

  it("is valid while its value is not known", () => {
    expect(problemsOf(Schema, { scopes: ["ok", UNKNOWN], labels: UNKNOWN })).toEqual([]);
  });
});

describe("a field that does not exist", () => {
  const Schema = z
    .strictObject({
      scopes: z.array(z.string()).optional(),
      rotation: z.strictObject({ overlap: z.string().optional() }).optional(),
      region: z.strictObject({ name: z.string().optional() }).default({}),
    })
    .refine(() => true);
  const messages = (value: unknown, noun?: "argument") => problemsOf(Schema, value, noun).map(describeProblem);

  it.each([
    [{ scpoes: [] }, 'there is no property "scpoes"; did you mean "scopes"?'],
    [{ rotation: { ovrlap: "1h" } }, 'there is no property "rotation.ovrlap"; did you mean "rotation.overlap"?'],
    [{ region: { nmae: "a" } }, 'there is no property "region.nmae"; did you mean "region.name"?'],
    [{ color: "red" }, 'there is no property "color"'],
    [{ rotation: { scopes: [] } }, 'there is no property "rotation.scopes"'],
  ])("is reported with the most similar field of the same object: %j", (value, message) => {
    expect(messages(value)).toEqual([message]);
  });

  it("is reported with the noun for the fields of the value, and its value is hidden", () => {
    expect(messages({ scpoes: [] }, "argument")).toEqual(['there is no argument "scpoes"; did you mean "scopes"?']);
    expect(problemsOf(Schema, { scpoes: [] })).toMatchObject([{ path: "scpoes", hidesValue: true }]);
  });

  it("is reported together with the other problems", () => {
    expect(messages({ scope: [], scopes: "a", zone: 1 })).toHaveLength(3);
  });
});
