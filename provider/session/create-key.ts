import type { EarlierKey, Key, KeyRequest, Made } from "../../contract/port";
import type { CheckedKey, Client } from "../client/client";
import type { Clock } from "../client/clock";
import { foreignKeyText } from "../client/failure-text";
import { causeText, DenchError } from "../errors";
import { shown } from "../values/shown";
import type { Run } from "./run";

export type NewKey = Omit<KeyRequest, "supportsRequestIds">;

interface Surroundings {
  readonly client: Pick<Client, "make">;
  readonly run: Run;
  readonly clock: Pick<Clock, "current">;
  readonly warn: (message: string) => void;
  /** Lists the active keys as they are now. */
  list(): Promise<readonly Key[]>;
}

/**
 * Creates a key with a request ID, which the server accepts once. After an unknown outcome, the request is retried only if the
 * server is known to support request IDs. Otherwise, the list of keys is checked first.
 */
export async function createKey(surroundings: Surroundings, wanted: NewKey): Promise<Made> {
  const { client, run, clock } = surroundings;
  const began = clock.current;
  const { supportsRequestIds } = run.known;
  const made = await client.make({ ...wanted, supportsRequestIds }).catch(async (error: unknown) => {
    if (supportsRequestIds || !(error instanceof DenchError) || !error.mayBeDone) throw error;
    const earlier = await findAfterFailure(surroundings, wanted, began, error);
    return earlier ?? client.make({ ...wanted, supportsRequestIds: true });
  });
  if ("earlier" in made) return made;
  requireCreated(run, made, wanted.requestId);
  const { key, value } = made;
  run.known.note(key);
  if (key.requestId === undefined) warnAboutRequestIds(surroundings);
  return { key, value };
}

/** Throws `unexpected_response` if this request cannot have created the key. */
function requireCreated({ known, holders }: Run, { key, isSeen }: CheckedKey, requestId: string): void {
  // The list may show the key before the response to its creation arrives, with this request ID or with none.
  const before = known.get(key.id)?.requestId ?? requestId;
  const isKnown = isSeen || before !== requestId || holders.of(key.id) !== undefined;
  const isOther = (key.requestId ?? requestId) !== requestId;
  if (!isKnown && !isOther && key.kind !== "primary") return;
  const what = isKnown ? "a key that already existed" : "a key that this request did not create";
  throw new DenchError("unexpected_response", foreignKeyText(what, key.id), true);
}

function warnAboutRequestIds({ run, warn }: Surroundings): void {
  run.known.noteIgnoredRequestId();
  if (!run.isNew("request IDs are ignored")) return;
  warn(
    "This server does not support request IDs: if a run is interrupted while a key is created, that key can be left behind. After an interrupted run, compare Settings → API Keys with the stack.",
  );
}

/**
 * Finds the key of a request with an unknown outcome, if the server is not known to support request IDs. Returns the key that
 * the request created, or undefined if the request may be retried. Otherwise throws the failure, and names the keys that the
 * request may have created.
 */
async function findAfterFailure(
  { run, list }: Surroundings,
  { name, requestId }: NewKey,
  began: number,
  failure: DenchError,
): Promise<EarlierKey | undefined> {
  const listed = await list().catch((error: unknown) => {
    const unchecked = `The provider could not check whether the server created a key: at Settings → API Keys, look for keys created just now, and revoke those that no stack has. ${causeText(error)}`;
    throw new DenchError(failure.code, `${failure.message} ${unchecked}`);
  });
  const created = listed.find((key) => key.requestId === requestId);
  if (created) return { earlier: { keyId: created.id, status: created.status } };
  if (run.known.supportsRequestIds) return undefined;
  // The server may truncate times to seconds.
  const suspects = listed.filter((key) => key.name === name && key.createdAt >= began - 1000);
  const ids = suspects.map(({ id }) => shown(id)).join(", ");
  const outlook =
    suspects.length === 0
      ? "The list of active keys shows none that this request created."
      : `The request may have created ${ids}: active, with this name, and created after the request was sent. At Settings → API Keys, revoke those that no stack has.`;
  throw new DenchError(failure.code, `${failure.message} ${outlook}`);
}
