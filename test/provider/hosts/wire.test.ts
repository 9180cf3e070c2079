import * as runtime from "@pulumi/pulumi/runtime";
import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { expect, it } from "vitest";
import { decode, encode } from "../../../provider/hosts/plugin/struct";
import {
  decodeObject,
  hasSecret,
  isSecretAt,
  SECRET_SIGNATURE,
  SIGNATURE_KEY,
  UNKNOWN_VALUE,
} from "../../../provider/hosts/wire";
import { UNKNOWN } from "../../../provider/values/unknown";

const secret = (value: unknown) => ({ [SIGNATURE_KEY]: SECRET_SIGNATURE, value });

it("the wire form uses the marks of Pulumi's SDK", () => {
  expect([SIGNATURE_KEY, SECRET_SIGNATURE, UNKNOWN_VALUE]).toEqual([
    runtime.specialSigKey,
    runtime.specialSecretSig,
    runtime.unknownValue,
  ]);
});

it("encoded values are decoded to the same values, including unknown ones", () => {
  // Objects of google-protobuf cannot have a field with this name.
  const name = fc.string().filter((text) => text !== "__proto__");
  const leaf = fc.oneof(fc.string(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(UNKNOWN));
  const value = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: "small" }, leaf, fc.array(tie("value")), fc.dictionary(name, tie("value"))),
  })).value;
  fc.assert(
    fc.property(fc.dictionary(name, value), (fields) => {
      expect(decode(encode(fields))).toEqual(fields);
    }),
  );
});

it("the given properties are marked as secrets, and secrets are unwrapped at any depth", () => {
  const wire = encode({ key: "value", name: "CI" }, ["key"]).toJavaScript();
  expect(wire).toEqual({ key: { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: "value" }, name: "CI" });
  const nested = { list: [{ [SIGNATURE_KEY]: SECRET_SIGNATURE, value: { deep: "value" } }] };
  expect(decode(Struct.fromJavaScript(nested))).toEqual({ list: [{ deep: "value" }] });
});

it("secrets in the given values are marked at any depth, and lists as one value", () => {
  const given = {
    name: secret("CI"),
    scopes: ["a", secret("b")],
    rotation: { triggers: { team: secret(UNKNOWN_VALUE), other: "1" }, after: "30d" },
    gone: secret("x"),
    key: secret("value"),
    compromised: secret("INC-1"),
  };
  const fields = {
    name: "CI",
    scopes: ["a", "b"],
    rotation: decodeObject(given.rotation),
    key: "value",
    compromised: null,
  };
  expect(encode({ ...fields, plain: "y" }, ["key"], given).toJavaScript()).toEqual({
    name: secret("CI"),
    scopes: secret(["a", "b"]),
    rotation: given.rotation,
    key: secret("value"),
    compromised: null,
    plain: "y",
  });
  const whole = { rotation: secret({ triggers: { team: "1" } }) };
  expect(encode(decodeObject(whole), [], whole).toJavaScript()).toEqual(whole);
});

it("a value or a part of it is secret if it is a secret, contains one, or is contained in one", () => {
  const given = { name: "CI", scopes: ["a", secret("b")], rotation: { triggers: secret({ team: "1" }), after: "30d" } };
  expect([given, given.scopes, given.rotation, given.name, undefined, null].map(hasSecret)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
  const paths = [
    ["scopes", 0],
    ["scopes", 1],
    ["rotation", "triggers", "team"],
    ["rotation", "after"],
    ["gone", "a"],
  ];
  expect(paths.map((path) => isSecretAt(given, path))).toEqual([false, true, true, false, false]);
});

it("no part of a secret is encoded outside of a secret", () => {
  const name = fc.constantFrom("a", "b", "c");
  const { value } = fc.letrec<{ hush: unknown; value: unknown }>((tie) => ({
    hush: fc.oneof(
      { depthSize: "small" },
      fc.constant("hush"),
      fc.array(tie("hush")),
      fc.dictionary(name, tie("hush")),
    ),
    value: fc.oneof(
      { depthSize: "small" },
      fc.constant("plain"),
      tie("hush").map(secret),
      fc.array(tie("value")),
      fc.dictionary(name, tie("value")),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(name, value), (given) => {
      const encoded = encode(decodeObject(given), [], given);
      expect(decode(encoded)).toEqual(decodeObject(given));
      const shown = JSON.stringify(encoded.toJavaScript(), (_name, part) => part?.[SIGNATURE_KEY] ?? part);
      expect(shown).not.toContain("hush");
    }),
  );
});

it("undefined and null are omitted, and an absent message is empty", () => {
  expect(encode({ name: undefined, scopes: ["a"] }).toJavaScript()).toEqual({ scopes: ["a"] });
  expect(decode(Struct.fromJavaScript({ name: null, scopes: ["a"] }))).toEqual({ scopes: ["a"] });
  expect(decode(undefined)).toEqual({});
  expect(decode(Struct.fromJavaScript({ name: secret(null), scopes: ["a"] }))).toEqual({ scopes: ["a"] });
});
