import type { Finding } from "../../provider/inventory/audit/finding";
import type { ExportedStack } from "../../provider/inventory/exported-state";
import type { Holder } from "../../provider/inventory/holders";
import { lastFour, shown } from "../../provider/values/shown";

/** Returns the name of a stack and the file of its state. */
export function stackAndFile({ name, file }: ExportedStack): string {
  return name === undefined ? file : `${name} (${file})`;
}

/** Returns the name of a stack, with the file of its state if another stack has the same name. */
export function stackLabel(stack: ExportedStack, all: readonly ExportedStack[]): string {
  const isUnique = all.every((other) => other === stack || other.name !== stack.name);
  return stack.name !== undefined && isUnique ? stack.name : stackAndFile(stack);
}

/** Returns the ID, the name and the last four characters of a key. */
export function keyLabel({ id, name, last4 }: NonNullable<Finding["key"]>): string {
  return [
    shown(id),
    ...(name === undefined ? [] : [`"${shown(name)}"`]),
    ...(last4 === undefined ? [] : [`…${lastFour(last4)}`]),
  ].join(" ");
}

/** Returns what happens to a key at the next updates of a resource that has it. */
export function roleLabel({ resource, role }: Holder): "current" | "previous" | "to be revoked" {
  return resource.isPendingDelete || role === "pending" ? "to be revoked" : role;
}
