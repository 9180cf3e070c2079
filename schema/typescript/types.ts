import type { ObjectSchema } from "../object-schema";
import { allTypesOf } from "../tokens";
import type { Model } from "./model";
import { argument, type Form, interfaceText, PULUMI_TYPES, result, sourceOf, typeName } from "./source";

/** Returns `sdk/types.ts`: the types of nested objects. */
export function typesSource(model: Model): string {
  const interfaces = nestedTypes(model).flatMap(({ token, form }) => {
    const type = model.types[token];
    return type ? [interfaceText(typeName(token, form), type, form === "input" ? argument : result)] : [];
  });
  return sourceOf([PULUMI_TYPES], ...interfaces);
}

/** Returns the nested types in each form that programs use: as arguments, or as a part of outputs and results. */
export function nestedTypes({ types, resources, functions }: Model): { token: string; form: Form }[] {
  const args = functions.flatMap(({ inputs }) => (inputs ? [inputs] : []));
  const results = [...resources, ...functions].map(({ outputs }) => outputs);
  const users: [Form, ObjectSchema[]][] = [
    ["input", [...resources.map(({ inputs }) => inputs), ...args]],
    ["plain", [...args, ...results]],
  ];
  return users.flatMap(([form, objects]) => {
    const used = new Set(objects.flatMap((object) => allTypesOf(object, types)));
    return [...used].map((token) => ({ token, form }));
  });
}
