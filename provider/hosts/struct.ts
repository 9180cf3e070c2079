import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Fields } from "../resources/handler";
import { decodeObject, encodeObject } from "./wire";

/** The plain values of a message. */
export function decode(struct: Struct | undefined): Fields {
  return struct ? decodeObject(struct.toJavaScript()) : {};
}

/** The message for these values, with the named properties marked as secrets. */
export function encode(fields: Fields, secrets: readonly string[] = []): Struct {
  return Struct.fromJavaScript(encodeObject(fields, secrets));
}
