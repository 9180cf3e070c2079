import type { Fields } from "../resources/handler";
import { UNKNOWN } from "../unknown";

// Marks of Pulumi's wire form. They are spelt out here because importing them would load the whole SDK.
export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
export const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
export const UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type WireValue = string | number | boolean | null | WireValue[] | WireObject;
interface WireObject {
  [name: string]: WireValue;
}

/** Unwraps secrets, and drops nulls, which mean to a provider what their absence means. */
export function decodeObject(object: object): Fields {
  const fields = Object.entries(object).filter(([, value]) => value !== null);
  return Object.fromEntries(fields.map(([name, value]) => [name, decodeValue(value)]));
}

export function encodeObject(fields: Fields, secrets: readonly string[] = []): WireObject {
  const entries = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) => [name, secrets.includes(name) ? asSecret(encodeValue(value)) : encodeValue(value)] as const,
    );
  return Object.fromEntries(entries);
}

function decodeValue(value: unknown): unknown {
  if (value === UNKNOWN_VALUE) return UNKNOWN;
  if (Array.isArray(value)) return value.map(decodeValue);
  if (typeof value !== "object" || value === null) return value;
  return isSecret(value) ? decodeValue(value.value) : decodeObject(value);
}

function encodeValue(value: unknown): WireValue {
  if (value === UNKNOWN) return UNKNOWN_VALUE;
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return value;
  }
  if (Array.isArray(value)) return value.map(encodeValue);
  if (typeof value !== "object") throw new TypeError(`a ${typeof value} has no wire form`);
  return encodeObject({ ...value });
}

function isSecret(value: object): value is { value: unknown } {
  return Reflect.get(value, SIGNATURE_KEY) === SECRET_SIGNATURE && "value" in value;
}

function asSecret(value: WireValue): WireValue {
  // What is not known yet, and nothing, are sent bare: the engine keeps its own note of what will be a secret.
  return value === UNKNOWN_VALUE || value === null ? value : { [SIGNATURE_KEY]: SECRET_SIGNATURE, value };
}
