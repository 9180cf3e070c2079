import { expect, it } from "vitest";
import { autoname } from "../../provider/autoname";

const seed = new Uint8Array([1, 2, 3]);

it("adds seven hexadecimal digits to the logical name, the same for the same seed", () => {
  const name = autoname({ mode: "default", logicalName: "ci", seed });
  expect(name).toMatch(/^ci-[0-9a-f]{7}$/);
  expect(autoname({ mode: "default", logicalName: "ci", seed })).toBe(name);
  expect(autoname({ mode: "default", logicalName: "ci", seed: new Uint8Array([4]) })).not.toBe(name);
});

it("keeps to 200 characters, the digits included", () => {
  const name = autoname({ mode: "default", logicalName: "x".repeat(500), seed });
  expect(name).toMatch(/^x+-[0-9a-f]{7}$/);
  expect(name).toHaveLength(200);
});

it("takes the name that pulumi:autonaming gives", () => {
  expect(autoname({ mode: "given", name: "verbatim" })).toBe("verbatim");
});

it("gives none where pulumi:autonaming is disabled", () => {
  expect(autoname({ mode: "disabled" })).toBeUndefined();
});
