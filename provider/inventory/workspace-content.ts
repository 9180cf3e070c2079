import type { Key, Workspace } from "../../contract/port";
import type { Client } from "../client/client";
import { type DenchErrorCode, hasCode } from "../errors";

/** The keys of a workspace, as a few requests show them. */
export interface WorkspaceContent {
  readonly workspace: Workspace;
  /** The additional keys of every status, newest first. */
  readonly keys: readonly Key[];
  /** The primary sandbox key, or why the token cannot read it. */
  readonly primary: Key | { readonly refused: DenchErrorCode };
}

/** The errors that concern one request, where the same token may still read the list. */
const REFUSALS = ["admin_required", "forbidden"] as const;

/** Reads the keys of a workspace: a request for the workspace, one for each hundred keys, and one for the primary key. */
export async function readWorkspace(
  client: Pick<Client, "workspace" | "batches" | "primary">,
  onProgress: (keys: number) => void,
): Promise<WorkspaceContent> {
  const workspace = await client.workspace();
  const keys = new Map<string, Key>();
  onProgress(0);
  for await (const batch of client.batches({})) {
    // A key can be on two pages if the list changes meanwhile. A revoked key stays revoked.
    for (const key of batch.keys) if (keys.get(key.id)?.status !== "revoked") keys.set(key.id, key);
    onProgress(keys.size);
  }
  const primary = await client.primary().catch((error: unknown) => {
    const refused = REFUSALS.find((code) => hasCode(error, code));
    if (refused === undefined) throw error;
    return { refused };
  });
  return { workspace, keys: [...keys.values()], primary };
}
