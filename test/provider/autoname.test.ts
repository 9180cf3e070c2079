import { expect, it } from "vitest";
import { autoname } from "../../provider/autoname";

const seed = new Uint8Array([1, 2, 3]);

it("the name is the logical name and seven hexadecimal digits, which depend on the seed only", () => {
  const name = autoname({ mode: "default", logicalName: "ci", seed });
  expect(name).toMatch(/^ci-[0-9a-f]{7}$/);
  expect(autoname({ mode: "default", logicalName: "ci", seed })).toBe(name);
  expect(autoname({ mode: "default", logicalName: "ci", seed: new Uint8Array([4]) })).not.toBe(name);
});

it("the name has at most 200 characters, including the digits", () => {
  const name = autoname({ mode: "default", logicalName: "x".repeat(500), seed });
  expect(name).toMatch(/^x+-[0-9a-f]{7}$/);
  expect(name).toHaveLength(200);
});

it("the name that pulumi:autonaming sets is used", () => {
  expect(autoname({ mode: "given", name: "verbatim" })).toBe("verbatim");
});

it("there is no name if pulumi:autonaming is disabled", () => {
  expect(autoname({ mode: "disabled" })).toBeUndefined();
});
