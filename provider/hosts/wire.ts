import type { Fields } from "../session/context";
import { UNKNOWN } from "../values/unknown";

// The marks of Pulumi's wire form. They are copied, because an import would load Pulumi's complete SDK.
export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
export const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
export const UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type WireValue = string | number | boolean | null | WireValue[] | WireObject;
interface WireObject {
  [name: string]: WireValue;
}

/** Values in wire form: secrets are wrapped, and unknown values are a fixed string. */
export type Wire = Readonly<Record<string, unknown>>;

/** Returns the plain values. Unwraps secrets, and omits nulls, because a null means the same as an absent value. */
export function decodeObject(object: object): Fields {
  const fields = Object.entries(object).map(([name, value]) => [name, decodeValue(value)] as const);
  return Object.fromEntries(fields.filter(([, value]) => value !== null));
}

/** Returns true if any part of a value in wire form is a secret. */
export function hasSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return isSecret(value) || Object.values(value).some(hasSecret);
}

/** Returns true if the part at the path is a secret, contains one, or is contained in one. */
export function isSecretAt(value: unknown, path: readonly PropertyKey[]): boolean {
  const [key, ...rest] = path;
  if (key === undefined || typeof value !== "object" || value === null || isSecret(value)) return hasSecret(value);
  return isSecretAt(Reflect.get(value, key), rest);
}

/** Returns the values in wire form. The fields in `secrets` are wrapped as secrets. */
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
  if (isSecret(value)) return decodeValue(value.value);
  return typeof value === "object" && value !== null ? decodeObject(value) : value;
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

/**
 * Marks a value as a secret if it is one in `given`. Like the engine for providers that do not accept secrets
 * (`annotateSecrets` in `provider_plugin.go`), it marks properties of objects one by one, and lists as one value.
 */
export function withSecretsOf(given: Wire, fields: WireObject): WireObject {
  const entries = Object.entries(fields).map(([name, value]) => [name, withSecretOf(given[name], value)] as const);
  return Object.fromEntries(entries);
}

function withSecretOf(given: unknown, value: WireValue): WireValue {
  if (value === null || isSecret(value) || !hasSecret(given)) return value;
  const isObject = typeof value === "object" && !Array.isArray(value);
  return isObject && isPlainObject(given) ? withSecretsOf(given, value) : secretOf(value);
}

function isPlainObject(value: unknown): value is Wire {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isSecret(value);
}

function isSecret(value: unknown): value is { value: unknown } {
  return typeof value === "object" && value !== null && Reflect.get(value, SIGNATURE_KEY) === SECRET_SIGNATURE;
}

function asSecret(value: WireValue): WireValue {
  // Unknown values and nulls are not wrapped: the engine remembers which outputs are secret.
  return value === UNKNOWN_VALUE || value === null ? value : secretOf(value);
}

/** Returns a value that is marked as a secret. */
export function secretOf(value: WireValue): WireObject {
  return { [SIGNATURE_KEY]: SECRET_SIGNATURE, value };
}
