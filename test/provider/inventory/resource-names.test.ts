import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ResourceNames } from "../../../provider/inventory/resource-names";

const namesOf = (keyNames: readonly string[], taken: readonly string[] = []) => {
  const names = new ResourceNames(taken);
  return keyNames.map((name) => names.next(name));
};

it.each([
  ["CI/CD", "ci-cd"],
  ["Contractor, March", "contractor-march"],
  ["already-a-name", "already-a-name"],
  ["  spaces  and --- dashes  ", "spaces-and-dashes"],
  ["Müller & Straße", "muller-strasse"],
  ["Łódź, Tromsø, ﬁne Ｗｉｄｅ", "lodz-tromso-fine-wide"],
  ["2024 backup", "key-2024-backup"],
  ["生产环境", "key"],
  ["🚀", "key"],
  ["🚀 launch", "launch"],
  ["\u200b\u202e", "key"],
  ["pulumi", "pulumi-key"],
  ["Null!", "null-key"],
])("a key with the name %j becomes the resource %s", (keyName, expected) => {
  expect(namesOf([keyName])).toEqual([expected]);
});

it("a name of 200 characters is cut to 60, without a dash at its end", () => {
  expect(namesOf(["a".repeat(200), `${"b".repeat(59)} ${"c".repeat(140)}`])).toEqual(["a".repeat(60), "b".repeat(59)]);
});

describe("names that a language would write as the same identifier", () => {
  it("get numbers, for keys of one name and of names that differ in case or separators", () => {
    const keyNames = ["CI", "ci", "C I", "key 1", "key1", "生产", "测试"];
    expect(namesOf(keyNames)).toEqual(["ci", "ci-2", "c-i-3", "key-1", "key1-2", "key", "key-2"]);
  });

  it("include the names of existing resources", () => {
    expect(namesOf(["CI/CD", "worker"], ["ciCd", "Worker_2"])).toEqual(["ci-cd-2", "worker"]);
  });
});

const keyName = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 200 }),
  fc.string({ unit: fc.constantFrom("a", "A", "ä", "1", "-", "_", " ", "語", "🚀"), minLength: 1, maxLength: 200 }),
);
const existing = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,5}$/);

it("every name is short and has the form of an identifier, and no two are the same without case and dashes", () => {
  fc.assert(
    fc.property(fc.array(keyName), fc.array(existing), (keyNames, taken) => {
      const names = namesOf(keyNames, taken);
      for (const name of names) expect(name).toMatch(/^(?=.{1,70}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      const identifiers = names.map((name) => name.replaceAll("-", ""));
      expect(new Set(identifiers).size).toBe(names.length);
      const before = new Set(taken.map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, "")));
      expect(identifiers.filter((identifier) => before.has(identifier))).toEqual([]);
    }),
  );
});

it("more keys do not change the names of the keys before them", () => {
  fc.assert(
    fc.property(fc.array(keyName), fc.array(keyName), (first, more) => {
      expect(namesOf([...first, ...more]).slice(0, first.length)).toEqual(namesOf(first));
    }),
  );
});
