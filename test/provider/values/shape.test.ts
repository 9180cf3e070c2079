import { describe, expect, it } from "vitest";
import * as z from "zod";
import { withoutRules } from "../../../provider/values/shape";

describe("a schema without rules", () => {
  const strict = z
    .strictObject({
      text: z.string().min(1).max(2),
      flag: z.boolean().refine((flag) => flag),
      list: z.array(z.string().min(1)).min(1).optional(),
      map: z.record(z.string(), z.string().min(1)).optional(),
      nested: z
        .strictObject({ text: z.string().regex(/^a/).optional() })
        .refine(({ text }) => text !== undefined)
        .meta({ id: "WithoutRules", description: "Nested." })
        .optional(),
    })
    .refine(({ flag }) => flag);
  const loose = withoutRules(strict);

  it("accepts what the rules refuse, at any depth", () => {
    const value = { text: "", flag: false, list: [], map: { a: "" }, nested: {} };
    expect(strict.safeParse(value).success).toBe(false);
    expect(loose.parse(value)).toEqual(value);
    expect(loose.parse({ text: "", flag: false, list: [""] })).toEqual({ text: "", flag: false, list: [""] });
  });

  it("ignores unknown fields, at any depth", () => {
    const value = { text: "a", flag: true, nested: { text: "a" } };
    expect(loose.parse({ ...value, more: 1, nested: { ...value.nested, more: 1 } })).toEqual(value);
  });

  it.each([
    ["a value of another type", { text: 1, flag: true }],
    ["a value of another type in a list", { text: "a", flag: true, list: [1] }],
    ["a value of another type in a record", { text: "a", flag: true, map: { a: 1 } }],
    ["a missing field", { text: "a" }],
  ])("refuses %s", (_what, value) => {
    expect(loose.safeParse(value).success).toBe(false);
  });

  it("keeps the type of a nested object, and no description", () => {
    expect(loose.shape.nested.unwrap().meta()).toEqual({ id: "WithoutRules" });
    expect(loose.shape.text.meta()).toBeUndefined();
  });

  it("does not change the schema that it is made from", () => {
    expect(strict.safeParse({ text: "abc", flag: true }).success).toBe(false);
  });

  it("does not exist for a type that it was not written for", () => {
    expect(() => withoutRules(z.strictObject({ date: z.date() }))).toThrow(/date/);
  });
});
