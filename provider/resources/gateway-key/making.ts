import type { CreatedKey, Key } from "../../../contract";
import { DenchError, type DenchErrorCode, RequestIdUsedError } from "../../errors";
import { passingProviderId, requestIdFor } from "../../request-id";
import type { Context } from "../handler";
import type { GatewayKeyInputs } from "./data";
import { PROBED_WITHIN_MS } from "./decision";

const LONGEST_CHAIN = 1000;

type Wanted = Pick<GatewayKeyInputs, "name" | "scopes" | "waitUntilReady">;

/** Failures after which the server may or may not have made the key. */
const OUTCOME_UNKNOWN: ReadonlySet<DenchErrorCode> = new Set([
  "unreachable",
  "timeout",
  "unexpected_status",
  "unexpected_answer",
  "internal_error",
  "unavailable",
]);

/**
 * Makes a key, so that a run which died between the server's answer and the engine's write leaves none behind. The request
 * id follows from the predecessor: the key to be replaced, or the urn of a resource that has none. It is the same in the
 * next run, which is refused and told what the earlier one made. That key is dealt with, becomes the predecessor, and the
 * request is made again: one chain, which a further crash only makes longer.
 */
export async function makeKey(context: Context, { name, scopes, waitUntilReady }: Wanted): Promise<CreatedKey> {
  const { keys, client, run, urn, providerId, limitSeconds = 0 } = context;
  const { workspace } = await client.status();
  const probedWithinMs = waitUntilReady ? Math.max(PROBED_WITHIN_MS, limitSeconds * 1000) : 0;
  const wanted = { name, ...(scopes ? { scopes } : {}) };
  const instance = providerId ?? passingProviderId();
  let predecessor = run.currentKeyOf(urn)?.keyId ?? urn;
  for (let link = 0; link < LONGEST_CHAIN; link += 1) {
    const requestId = requestIdFor(instance, predecessor);
    try {
      const made = await keys.create({ ...wanted, requestId });
      run.hold(urn, { keyId: made.id, workspaceId: workspace.id });
      return made;
    } catch (error) {
      if (!(error instanceof RequestIdUsedError)) throw withOutlook(error, providerId !== undefined);
      const { keyId, status } = error.earlier;
      if (status === "active") await settle(context, keyId, probedWithinMs);
      predecessor = keyId;
    }
  }
  throw new DenchError(
    "chain_too_long",
    `Could not create a gateway key: ${LONGEST_CHAIN} keys have been made for this resource before, and each had used up the request id that follows from the one before it. Give the resource another name in the program, and run again.`,
  );
}

/**
 * Deals with an active key that an earlier run made for this resource. The engine writes its state before anything else
 * gets the value, so a key in no state has not been used: such a one is revoked. Where it is held or was used, a state may
 * have it (by a forced replacement, a renamed or a retained resource): it is left alone.
 */
async function settle({ keys, client, run, urn, log }: Context, keyId: string, probedWithinMs: number): Promise<void> {
  const { workspace } = await client.status();
  const key = await keys.reread(keyId, workspace.id);
  if (key?.status !== "active") return;
  const holder = run.holderOf(keyId);
  if (holder !== undefined && holder !== urn) return;
  if (wasUsed(key, probedWithinMs) || (await keys.isOwn(keyId))) {
    log(
      "warning",
      `The key ${keyId} was made for this resource before and has been used: it is left as it is. ${AUDIT}`,
    );
    return;
  }
  run.markRevoked(keyId);
  await keys.revoke(keyId, workspace.id);
}

const AUDIT = "If no state holds it, revoke it at Settings → API Keys.";

/** Whether anyone but ourselves, when we waited for it to be ready, has used the key. Not told counts as used. */
function wasUsed({ lastUsedAt, createdAt }: Key, probedWithinMs: number): boolean {
  if (lastUsedAt === null) return false;
  return lastUsedAt === undefined || probedWithinMs === 0 || lastUsedAt - createdAt > probedWithinMs;
}

/**
 * Active keys that were made for this resource, or to replace its key, and that it does not have: left by a run which was
 * interrupted and never repeated, or kept by retainOnDelete. They look alike, so they are only told of.
 */
export async function tellOfOrphans({ keys, run, urn, providerId, log }: Context, keyId: string): Promise<void> {
  if (providerId === undefined) return;
  const requestIds = new Set([requestIdFor(providerId, urn), requestIdFor(providerId, keyId)]);
  for (const { id } of await keys.madeWith(requestIds)) {
    if (id === keyId || run.holderOf(id) !== undefined || !run.isNew(`orphan ${id}`)) continue;
    log(
      "warning",
      `The active key ${id} was made for this resource, which does not have it: an interrupted run may have left it, or another resource or a deletion that is due may have it. ${AUDIT}`,
    );
  }
}

/** Adds to a failure what becomes of the key that may have been made all the same. */
function withOutlook(error: unknown, isRemembered: boolean): unknown {
  if (!(error instanceof DenchError) || !OUTCOME_UNKNOWN.has(error.code)) return error;
  const outlook = isRemembered
    ? "If the server made a key all the same, the next run ends it."
    : "The server may have made a key all the same: look for one that was made just now at Settings → API Keys, and revoke it.";
  return new DenchError(error.code, `${error.message} ${outlook}`);
}
