import { describe, expect, it } from "vitest";
import * as z from "zod";
import { describeProblem, problemsOf } from "../../../provider/values/problems";
import { UNKNOWN } from "../../../provider/values/unknown";

describe("a number or a boolean where a string is wanted", () => {
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
    ["under a name", { labels: { team: true } }, "labels.team", quotes],
    ["that is too short in quotes too", { scopes: [7] }, "scopes[0]", "must be a string"],
    ["that is no duration in quotes either", { after: 30 }, "after", "must be a duration"],
    ["but another is wanted", { count: true }, "count", "must be a number"],
  ])("names the quotes exactly where they help: %s", (_what, value, path, message) => {
    expect(problemsOf(Schema, value)).toMatchObject([{ path, message }]);
  });

  it("is no problem as long as it is not known", () => {
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
  ])("is named with the nearest one of the same object: %j", (value, message) => {
    expect(messages(value)).toEqual([message]);
  });

  it("is called what the fields of the value are called, and its value is hidden", () => {
    expect(messages({ scpoes: [] }, "argument")).toEqual(['there is no argument "scpoes"; did you mean "scopes"?']);
    expect(problemsOf(Schema, { scpoes: [] })).toMatchObject([{ path: "scpoes", hidesValue: true }]);
  });

  it("is reported beside the other problems", () => {
    expect(messages({ scope: [], scopes: "a", zone: 1 })).toHaveLength(3);
  });
});
