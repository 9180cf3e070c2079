import type { CreatedKey, Key } from "../../../contract/port";
import { DenchError } from "../../errors";
import type { Context } from "../../session/context";
import { shown } from "../../values/shown";
import { requestIdFor, temporaryProviderId } from "../request-id";
import { PROBED_WITHIN_MS } from "./decide";
import { type GatewayKeyInputs, keyFieldsOf } from "./fields";

/** The number of used request IDs after which the rest of the chain is read from the list of all keys. */
const FOLLOWED_LINKS = 25;

/**
 * Creates a key. If a run is killed before the engine writes its state, the next run finds the key and revokes it.
 *
 * The request ID is derived from the predecessor: the key to replace, or the URN of a resource without a key. The next run
 * sends the same request ID, and the server responds with the key that the first run created. That key is revoked unless it
 * was used or another resource holds it. It becomes the predecessor of the next request: each crash adds a link to a chain.
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
      throw withOrphanHint(error, context);
    });
    if ("value" in made) {
      run.holders.hold(urn, { keyId: made.key.id, workspaceId });
      return made;
    }
    const { keyId } = made.earlier;
    const key = await keys.reread(keyId, workspaceId);
    if (key) await revokeIfOrphan(context, key, requestId, probedWithinMs);
    predecessor = keyId;
  }
  throw new DenchError(
    "chain_too_long",
    "Could not create a gateway key: the server rejected each request ID as already used, including the one derived from the newest key of this resource. Give the resource another name in the program, and run again.",
  );
}

/** Follows the chain of keys in the list of all keys. Returns the ID of the last one. */
async function endOfChain(
  context: Context,
  instance: string,
  predecessor: string,
  probedWithinMs: number,
): Promise<string> {
  const { keys, log } = context;
  log(
    "warning",
    `Earlier runs created ${FOLLOWED_LINKS} keys or more for this resource. The provider lists all keys of the workspace once to find the newest one.`,
  );
  let end = predecessor;
  for (const seen = new Set<string>(); !seen.has(end); ) {
    seen.add(end);
    const requestId = requestIdFor(instance, end);
    const key = await keys.findCreatedWith(requestId);
    if (!key) break;
    await revokeIfOrphan(context, key, requestId, probedWithinMs);
    end = key.id;
  }
  return end;
}

/**
 * Revokes an active key that an earlier run created for this resource, unless another resource holds it or it was used. The
 * engine writes its state before anything else receives the value, so a key that is in no state was never used. A key that is
 * held or used may be in a state, after a forced replacement or as a renamed or retained resource.
 */
async function revokeIfOrphan(
  { keys, client, run, urn, log }: Context,
  key: Key,
  requestId: string,
  probedWithinMs: number,
): Promise<void> {
  if (key.requestId !== requestId) {
    throw new DenchError(
      "unexpected_response",
      `Could not create a gateway key: the server reports that this request already created the key ${shown(key.id)}, but that key has another request ID. The key was not changed. Check that the address is the vendor's API and no proxy changes responses; if so, report this to the vendor.`,
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

/** Returns true if the key may have been used, except by the provider's own test with `waitUntilReady`. */
function wasUsed({ lastUsedAt, createdAt }: Key, probedWithinMs: number): boolean {
  if (lastUsedAt === null) return false;
  return lastUsedAt === undefined || probedWithinMs === 0 || lastUsedAt - createdAt > probedWithinMs;
}

/**
 * Warns about active keys that were created for this resource, or to replace its key, but are not in its state. An interrupted
 * run or `retainOnDelete` may have left them. The provider cannot tell the two apart, so it does not revoke them.
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

/** Adds a sentence to an error about the key that the failed request may have created. */
function withOrphanHint(error: unknown, { run, providerId }: Context): unknown {
  if (!(error instanceof DenchError) || !error.mayBeDone) return error;
  const outlook =
    providerId !== undefined && run.known.supportsRequestIds
      ? "If the server created a key anyway, the next run revokes it."
      : "The server may have created a key anyway: look for one that was created just now at Settings → API Keys, and revoke it.";
  return new DenchError(error.code, `${error.message} ${outlook}`);
}
