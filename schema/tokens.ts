import type { ObjectSchema, TypeSchema } from "./object-schema";

/** Returns the last part of a token or of a type reference: `GatewayKey` in `dench:index:GatewayKey`. */
export function nameOf(token: string): string {
  return token.split(":").at(-1) ?? token;
}

/** Returns the tokens of the types of an object's own properties. */
export function typesOf({ properties }: ObjectSchema): string[] {
  return Object.values(properties).flatMap(tokensIn);
}

/** Returns the tokens of all types that an object uses, including those of nested types. */
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
