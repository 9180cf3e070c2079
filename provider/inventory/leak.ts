import type { Key, Workspace } from "../../contract/port";
import { DenchError } from "../errors";
import { shown } from "../values/shown";
import { type Advice, adviceFor } from "./advice";
import { type Candidate, candidatesFor, type Evidence } from "./candidates";
import type { ExportedStack } from "./exported-state";
import { type Holder, holdersOf } from "./holders";
import { KeysByEnds } from "./keys-by-ends";
import { DEFAULT_PREFIX, hasPrefix, type LeakedValue, leakedValuesIn } from "./leaked-values";
import type { Identity, InventoriedWorkspace } from "./workspace";

/** Each value is sent in up to two requests. */
const MOST_VALUES = 20;

/** A candidate, the resources that have it, and the change that revokes it. */
export interface LeakedKey extends Candidate {
  readonly holders: readonly Holder[];
  readonly advice: Advice;
  /** Whether the token of this process is the key. */
  readonly isOwn: boolean;
}

/** A leaked value, and the keys that it may belong to, surest first. */
export interface Leak {
  readonly value: LeakedValue;
  readonly keys: readonly LeakedKey[];
  readonly evidence: Evidence;
  /** Whether the value is valid, as far as that is known: an active key counts as valid. */
  readonly isValid: boolean;
  /** The owner of the value, if the management API accepts it as a token, but not as a key of this workspace. */
  readonly owner: Workspace | undefined;
}

/** The leaked values in a text. */
export interface Leaks {
  readonly workspace: Workspace;
  readonly leaks: readonly Leak[];
}

type Queried = Pick<InventoriedWorkspace, "client" | "secrets" | "tryKey" | "identify">;

/**
 * Finds out which keys of a workspace a text contains. Throws `not_found` if it contains no value that could be one, and
 * `invalid_arguments` if it contains too many.
 */
export async function findLeaks(text: string, queried: Queried, stacks: readonly ExportedStack[]): Promise<Leaks> {
  const { client, secrets } = queried;
  // The keys are listed before a value is tried, because that counts as a use.
  const [workspace, keys, primary] = await Promise.all([client.workspace(), client.listAll(), client.primary()]);
  const byEnds = new KeysByEnds([primary, ...keys], DEFAULT_PREFIX);
  const hasToken = secrets.fieldIn({ text }) !== undefined;
  const values = leakedValuesIn(text, byEnds);
  // People also put values into names.
  const named = byEnds.keys.flatMap(({ name }) => (hasPrefix(name, byEnds) ? leakedValuesIn(name, byEnds) : []));
  secrets.add(...[...values, ...named].filter(({ isMasked }) => !isMasked).map(({ text }) => text));
  if (values.length === 0) throw hasToken ? tokenFound(client.tokenSource) : noValue(text, byEnds);
  if (values.length > MOST_VALUES) {
    throw new DenchError(
      "invalid_arguments",
      `Could not try the values on stdin: there are ${values.length}, and at most ${MOST_VALUES} are tried. Pass fewer lines, and run again.`,
    );
  }
  const found = values.map((value) => leakOf(value, { ...queried, workspace, byEnds, stacks }));
  return { workspace, leaks: await Promise.all(found) };
}

interface Known extends Queried {
  readonly workspace: Workspace;
  readonly byEnds: KeysByEnds;
  readonly stacks: readonly ExportedStack[];
}

async function leakOf(value: LeakedValue, known: Known): Promise<Leak> {
  const { workspace, byEnds, stacks, client, tryKey, identify } = known;
  const [gateway, management] = value.maySend
    ? await Promise.all([tryKey?.(value.text), identify(value.text)])
    : [undefined, undefined];
  const evidence = { gateway, management };
  const owner = isAccepted(management) ? management : undefined;
  const certain = owner?.id === workspace.id ? await keyOf(owner, known) : undefined;
  const isElsewhere = owner !== undefined && owner.id !== workspace.id;
  const candidates = isElsewhere ? [] : candidatesFor(value, byEnds, certain, evidence);
  const keys = candidates.map((candidate): LeakedKey => {
    const { key } = candidate;
    const holders = holdersOf(key, stacks);
    const isOwn = workspace.caller?.keyId === key.id;
    const ownTokenSource = isOwn ? client.tokenSource : undefined;
    return { ...candidate, holders, isOwn, advice: adviceFor({ key, holders, ownTokenSource }, stacks) };
  });
  const isValid =
    owner !== undefined || gateway === "accepted" || keys.some(({ key: { status } }) => status !== "revoked");
  return { value, keys, evidence, isValid, owner: certain === undefined ? owner : undefined };
}

/** Returns the key that the management API accepts as a token, as it was listed before. */
async function keyOf({ caller }: Workspace, { byEnds, client }: Known): Promise<Key | undefined> {
  if (caller?.keyId === undefined) return undefined;
  return byEnds.keys.find(({ id }) => id === caller.keyId) ?? client.find(caller.keyId);
}

function isAccepted(identity: Identity | undefined): identity is Workspace {
  return typeof identity === "object" && "id" in identity;
}

function tokenFound(source: string): DenchError {
  return new DenchError(
    "not_found",
    `Could not find a key of the workspace on stdin, but the token from ${source}. Replace the token where it was created, and set the new one there.`,
  );
}

function noValue(text: string, keys: KeysByEnds): DenchError {
  const prefixes = new Intl.ListFormat("en", { type: "disjunction" }).format(keys.prefixes.slice(0, 3).map(shown));
  return new DenchError(
    "not_found",
    hasPrefix(text, keys)
      ? `Could not find a key value on stdin: it has the start of one (${prefixes}), but not its last four characters. Pass the whole value, or its masked form with the last four characters.`
      : `Could not find a key value on stdin: key values of the workspace begin with ${prefixes}. The text may be a secret of another vendor. It was sent nowhere.`,
  );
}
