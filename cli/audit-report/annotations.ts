import type { Audit } from "../../provider/inventory/audit/audit";
import { SEVERITIES } from "../../provider/inventory/audit/finding";
import { onOneLine } from "../../provider/values/shown";
import { keyLabel, stackAndFile } from "./labels";

/** Returns the findings as workflow commands of GitHub Actions, which shows them as annotations. */
export function annotations({ findings }: Audit): string {
  return findings
    .map(({ code, key, where, message, advice }) => {
      const about = key === undefined ? where.map(({ stack }) => stackAndFile(stack)).join(", ") : keyLabel(key);
      // Only the first line of a value is read, unless its line breaks are escaped. Names have none.
      const text = onOneLine(`${about}: ${message} ${advice}`).replaceAll("%", "%25");
      return `::${SEVERITIES[code]} title=${code}::${text}\n`;
    })
    .join("");
}
