import type { Holder } from "../provider/inventory/holders";
import { roleLabel } from "./audit-report/labels";

/** Returns a resource that has a key, for programs. */
export function holderAsJson(holder: Holder) {
  const { stack, urn, type, isDynamic } = holder.resource;
  return {
    stack: stack.name ?? null,
    file: stack.file,
    urn,
    type,
    provider: isDynamic ? "dynamic" : "plugin",
    as: roleLabel(holder),
  };
}
