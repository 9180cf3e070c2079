import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Fields } from "../../session/context";
import { decodeObject, encodeObject, type Wire, withSecretsOf } from "../wire";

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
