import type { ObjectSchema, TypeSchema } from "./object-schema";

/** The last part of a token or of a reference to a type: `GatewayKey` in `dench:index:GatewayKey`. */
export function nameOf(token: string): string {
  return token.split(":").at(-1) ?? token;
}

/** The tokens of the types of an object's own properties. */
export function typesOf({ properties }: ObjectSchema): string[] {
  return Object.values(properties).flatMap(tokensIn);
}

/** The tokens of all types that an object uses, including those of nested types. */
export function allTypesOf(object: ObjectSchema, types: Readonly<Record<string, ObjectSchema>>): string[] {
  return typesOf(object).flatMap((token) => {
    const type = types[token];
    return type ? [token, ...allTypesOf(type, types)] : [];
  });
}

function tokensIn({ $ref, items, additionalProperties }: TypeSchema): string[] {
  if ($ref !== undefined) return [$ref.replace("#/types/", "")];
  return [items, additionalProperties].flatMap((part) => (part ? tokensIn(part) : []));
}
