import type { Key } from "../../../contract/port";
import { DenchError } from "../../errors";
import type { Context } from "../../session/context";
import { requestIdFor, temporaryProviderId } from "../request-id";
import { type Identity, identityOf, isSame } from "./decide";
import { shownOf } from "./fields";

/**
 * Rotates once, even where an interrupted run did so before: the request ID follows from the key that is replaced. After an
 * unknown outcome, the key itself says whether it was rotated.
 */
export async function rotate({ client, keys, providerId, log }: Context, replaced: Identity): Promise<Key> {
  if (await keys.isOwn(replaced.keyId)) {
    log(
      "warning",
      `This provider is logged in with the very key that is rotated: its token is revoked with it. The next run needs the new value, from Settings → API Keys, where this one came from: ${client.tokenSource}.`,
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
      "Could not rotate the primary sandbox key: the server responded with the key as it was before. Check the key at Settings → API Keys, then run again.",
    );
  }
  // An earlier run may have created it, and someone may have rotated it since.
  return rotated.status === "active" ? rotated : keys.rereadPrimary();
}
