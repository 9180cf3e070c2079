import type { CreatedKey, Key } from "../../../contract/port";
import { DenchError } from "../../errors";
import type { Context } from "../../session/context";
import { shown } from "../../values/shown";
import { requestIdFor, temporaryProviderId } from "../request-id";
import { PROBED_WITHIN_MS } from "./decide";
import { type GatewayKeyInputs, keyFieldsOf } from "./fields";

/** So many refused request IDs are followed one by one; the rest of the chain is read from the list of all keys. */
const FOLLOWED_LINKS = 25;

/**
 * Creates a key in such a way that a run which is killed between the server's response and the engine's write leaves none
 * behind. The request ID follows from the predecessor: the key to be replaced, or the URN of a resource that has none. It is
 * the same in the next run, which is refused and told which key the first run created. That key is revoked unless something
 * has it, becomes the predecessor, and the request is made again: one chain, which a further crash only makes longer.
 */
export async function makeKey(context: Context, inputs: GatewayKeyInputs): Promise<CreatedKey> {
  const { keys, client, run, urn, providerId, limitSeconds = 0 } = context;
  const { id: workspaceId } = await client.workspace();
  keys.cancelWhenListed(urn);
  const probedWithinMs = inputs.waitUntilReady ? Math.max(PROBED_WITHIN_MS, limitSeconds * 1000) : 0;
  const wanted = keyFieldsOf(inputs);
  const instance = providerId ?? temporaryProviderId();
  let predecessor = run.holders.currentKeyOf(urn)?.keyId ?? urn ?? temporaryProviderId();
  for (let link = 0; link <= FOLLOWED_LINKS; link += 1) {
    if (link === FOLLOWED_LINKS) predecessor = await endOfChain(context, instance, predecessor, probedWithinMs);
    const requestId = requestIdFor(instance, predecessor);
    const made = await keys.create({ ...wanted, requestId }).catch((error: unknown) => {
      throw withOutlook(error, context);
    });
    if ("value" in made) {
      run.holders.hold(urn, { keyId: made.key.id, workspaceId });
      return made;
    }
    const { keyId } = made.earlier;
    const key = await keys.reread(keyId, workspaceId);
    if (key) await settle(context, key, requestId, probedWithinMs);
    predecessor = keyId;
  }
  throw new DenchError(
    "chain_too_long",
    "Could not create a gateway key: the server refused each request ID as used before, also the one that follows from the newest key of this resource. Give the resource another name in the program, and run again.",
  );
}

/** Follows the chain from key to key in the list of all keys, and returns the key that it ends with. */
async function endOfChain(
  context: Context,
  instance: string,
  predecessor: string,
  probedWithinMs: number,
): Promise<string> {
  const { keys, log } = context;
  log(
    "warning",
    `${FOLLOWED_LINKS} keys were created for this resource before. All keys of the workspace are listed once, to find the newest of them.`,
  );
  let end = predecessor;
  for (const seen = new Set<string>(); !seen.has(end); ) {
    seen.add(end);
    const requestId = requestIdFor(instance, end);
    const key = await keys.findCreatedWith(requestId);
    if (!key) break;
    await settle(context, key, requestId, probedWithinMs);
    end = key.id;
  }
  return end;
}

/**
 * Revokes an active key that an earlier run created for this resource. The engine writes its state before anything else gets
 * the value, so a key in no state has not been used. Where it is held or was used, a state may have it (after a forced
 * replacement, or of a renamed or retained resource), and it is left alone.
 */
async function settle(
  { keys, client, run, urn, log }: Context,
  key: Key,
  requestId: string,
  probedWithinMs: number,
): Promise<void> {
  if (key.requestId !== requestId) {
    throw new DenchError(
      "unexpected_response",
      `Could not create a gateway key: the server says that this request created the key ${shown(key.id)} before, but shows that key with another request ID. Nothing was done with it. Check that the address is the vendor's API and no proxy changes responses; if so, report this to the vendor.`,
    );
  }
  if (key.status !== "active") return;
  if (run.holders.of(key.id, urn) !== undefined) return;
  if (wasUsed(key, probedWithinMs) || (await keys.isOwn(key.id))) {
    log(
      "warning",
      `The key ${shown(key.id)} was created for this resource before and has been used, so it is not revoked. ${AUDIT}`,
    );
    return;
  }
  const { id: workspaceId } = await client.workspace();
  await keys.revokeOrphan(key.id, workspaceId);
}

const AUDIT = "If no stack has it, revoke it at Settings → API Keys.";

/** Whether anyone but ourselves, when we waited for it to be ready, has used the key. Not told counts as used. */
function wasUsed({ lastUsedAt, createdAt }: Key, probedWithinMs: number): boolean {
  if (lastUsedAt === null) return false;
  return lastUsedAt === undefined || probedWithinMs === 0 || lastUsedAt - createdAt > probedWithinMs;
}

/**
 * Warns about active keys that were created for this resource, or to replace its key, and that it does not have: left by a
 * run that was interrupted and never repeated, or kept by retainOnDelete. The two look alike, so none is revoked.
 */
export function warnAboutOrphans({ keys, run, urn, providerId, logOnce }: Context, keyId: string): void {
  if (providerId === undefined || urn === undefined) return;
  keys.whenListed(urn, () => {
    for (const predecessor of [urn, keyId]) {
      const { id, status } = run.known.createdWith(requestIdFor(providerId, predecessor)) ?? {};
      if (id === undefined || status !== "active" || id === keyId) continue;
      if (run.holders.of(id) !== undefined) continue;
      logOnce(
        "warning",
        `The active key ${shown(id)} was created for this resource, which does not have it: an interrupted run may have left it, or another resource or a pending deletion may have it. ${AUDIT}`,
      );
    }
  });
}

/** Adds to a failure what becomes of the key that may have been created all the same. */
function withOutlook(error: unknown, { run, providerId }: Context): unknown {
  if (!(error instanceof DenchError) || !error.mayBeDone) return error;
  const outlook =
    providerId !== undefined && run.known.supportsRequestIds
      ? "If the server created a key all the same, the next run revokes it."
      : "The server may have created a key all the same: look for one that was created just now at Settings → API Keys, and revoke it.";
  return new DenchError(error.code, `${error.message} ${outlook}`);
}
