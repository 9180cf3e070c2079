import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Fields } from "../../session/context";
import { decodeObject, encodeObject, secretOf, type Wire, withSecretsOf } from "../wire";

/** Returns the values of a message in wire form. */
export function wireOf(struct: Struct | undefined): Wire {
  return struct ? { ...struct.toJavaScript() } : {};
}

/** Returns the plain values of a message. */
export function decode(struct: Struct | undefined): Fields {
  return decodeObject(wireOf(struct));
}

/** Returns the message for these values. The properties in `secrets` are marked as secrets, and so are the secrets in `given`. */
export function encode(fields: Fields, secrets: readonly string[] = [], given: Wire = {}): Struct {
  return Struct.fromJavaScript(withSecretsOf(given, encodeObject(fields, secrets)));
}

/**
 * Returns the message for a state that was read, like `encode`, and marks absent secrets too. After an import the engine does not
 * know which outputs are secrets. The next update would mark these in a map that the engine may be saving, which ends its process.
 */
export function encodeRead(fields: Fields, secrets: readonly string[], given: Wire): Struct {
  const absent = secrets.filter((name) => (fields[name] ?? null) === null).map((name) => [name, secretOf(null)]);
  return Struct.fromJavaScript({
    ...withSecretsOf(given, encodeObject(fields, secrets)),
    ...Object.fromEntries(absent),
  });
}
