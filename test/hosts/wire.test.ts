import * as runtime from "@pulumi/pulumi/runtime";
import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { expect, it } from "vitest";
import { decode, encode } from "../../provider/hosts/struct";
import { SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_VALUE } from "../../provider/hosts/wire";
import { UNKNOWN } from "../../provider/unknown";

it("uses the marks of the SDK", () => {
  expect([SIGNATURE_KEY, SECRET_SIGNATURE, UNKNOWN_VALUE]).toEqual([
    runtime.specialSigKey,
    runtime.specialSecretSig,
    runtime.unknownValue,
  ]);
});

it("gives back what it was given, unknown values included", () => {
  // google-protobuf's own objects cannot have a field of this name.
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

it("marks the named properties as secrets, and unwraps secrets at any depth", () => {
  const wire = encode({ key: "value", name: "CI" }, ["key"]).toJavaScript();
  expect(wire).toEqual({ key: { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: "value" }, name: "CI" });
  const nested = { list: [{ [SIGNATURE_KEY]: SECRET_SIGNATURE, value: { deep: "value" } }] };
  expect(decode(Struct.fromJavaScript(nested))).toEqual({ list: [{ deep: "value" }] });
});

it("drops what is undefined or null, and takes no message for an empty one", () => {
  expect(encode({ name: undefined, scopes: ["a"] }).toJavaScript()).toEqual({ scopes: ["a"] });
  expect(decode(Struct.fromJavaScript({ name: null, scopes: ["a"] }))).toEqual({ scopes: ["a"] });
  expect(decode(undefined)).toEqual({});
});
