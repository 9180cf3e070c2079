import { expect, it } from "vitest";
import * as z from "zod";
import { asApplied } from "../../../provider/resources/as-applied";
import { fieldsWith } from "../../../provider/values/field-facts";

const inputs = {
  name: z.string().min(1).meta({
    description: "Label.",
    applied: "The label as applied.",
    autoNamed: true,
    willReplaceOnChanges: true,
  }),
  password: z.string().optional().meta({ description: "Password.", secret: true }),
};
const state = z.object(asApplied(inputs));

it("a state has the inputs as applied, described as outputs", () => {
  expect(state.shape.name.meta()).toEqual({ description: "The label as applied." });
  expect(state.shape.password.meta()).toMatchObject({ description: "The value that the last update applied." });
});

it("a secret input is also a secret in the state", () => {
  expect(fieldsWith("secret", state)).toEqual(["password"]);
});

it("a state that breaks the rules of the inputs can be read", () => {
  expect(state.parse({ name: "" })).toEqual({ name: "" });
});
