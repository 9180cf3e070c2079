import { pluginDownloadURL, version } from "../../version";
import type { AdoptedKey } from "./adoption";

/** A resource to import, as the engine reads it from a file. A converter returns the same facts. */
export interface ImportedResource {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  /** The version of the plugin. */
  readonly version: string;
  /** The address that the engine downloads the plugin from. */
  readonly pluginDownloadUrl: string;
}

export function importedResource({ type, name, id }: AdoptedKey): ImportedResource {
  return { type: `dench:index:${type}`, name, id, version, pluginDownloadUrl: pluginDownloadURL };
}

/** Returns the text of a file for `pulumi import --file`. */
export function importFile(adopted: readonly AdoptedKey[]): string {
  return `${JSON.stringify({ resources: adopted.map(importedResource) }, undefined, 2)}\n`;
}
