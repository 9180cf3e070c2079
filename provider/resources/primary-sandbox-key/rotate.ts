import type { Key } from "../../../contract/port";
import { DenchError } from "../../errors";
import type { Context } from "../../session/context";
import { requestIdFor, temporaryProviderId } from "../request-id";
import { type Identity, identityOf, isSame } from "./decide";
import { shownOf } from "./fields";

/**
 * Rotates the key, unless an interrupted run already did: the request ID is derived from the replaced key. If the response is
 * lost, the key is read again to find out whether it was rotated.
 */
export async function rotate({ client, keys, providerId, log }: Context, replaced: Identity): Promise<Key> {
  if (await keys.isOwn(replaced.keyId)) {
    log(
      "warning",
      `This provider authenticates with the key that is rotated, so the rotation revokes its token. Before the next run, reveal the new value at Settings → API Keys and set it in ${client.tokenSource}.`,
    );
  }
  const requestId = requestIdFor(providerId ?? temporaryProviderId(), JSON.stringify(identityOf(replaced)));
  const rotated = await keys.rotatePrimary(requestId).catch(async (error: unknown) => {
    if (!(error instanceof DenchError) || !error.mayBeDone) throw error;
    const live = await keys.rereadPrimary().catch(() => undefined);
    if (live === undefined || isSame(shownOf(live), replaced)) throw error;
    return live;
  });
  if (isSame(shownOf(rotated), replaced)) {
    throw new DenchError(
      "unexpected_response",
      "Could not rotate the primary sandbox key: the server responded with the unchanged key. Check the key at Settings → API Keys, then run again.",
    );
  }
  // If an earlier run rotated the key, it may have been rotated again since.
  return rotated.status === "active" ? rotated : keys.rereadPrimary();
}
