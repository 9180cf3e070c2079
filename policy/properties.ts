import type { PlainText } from "./resources";

/** The property that marks an object with a special meaning in Pulumi's protocol, and its value for a secret. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
/** The engine sends this instead of a value that a preview does not know yet. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** `pulumi policy analyze --file` shows this instead of a secret that it cannot decrypt. */
const REDACTED = "[secret]";

/** Properties as the engine sends them. */
export type Properties = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Properties => typeof value === "object" && value !== null;
const isSecret = (value: Properties) => value[SIGNATURE] === SECRET;

/** Returns every text in a value that is not inside a secret. */
export function plainTextsOf(value: unknown, path = ""): PlainText[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (!isObject(value) || isSecret(value)) return [];
  const prefix = path === "" ? "" : `${path}.`;
  return Object.entries(value).flatMap(([name, part]) => plainTextsOf(part, prefix + name));
}

/** Returns the key values in the outputs of a gateway key or a primary sandbox key. */
export function keyValuesOf({ key, previousKey }: Properties): string[] {
  return [key, previousKey].map(revealed).filter((text) => text !== undefined);
}

function revealed(value: unknown): string | undefined {
  const text = isObject(value) && isSecret(value) ? value["value"] : value;
  return typeof text === "string" && !["", REDACTED, UNKNOWN].includes(text) ? text : undefined;
}
