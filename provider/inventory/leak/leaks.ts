import type { Key, Workspace } from "../../../contract/port";
import { DenchError } from "../../errors";
import { shown } from "../../values/shown";
import { Origins } from "../audit/orphans";
import { comparableStacks } from "../audit/stacks";
import type { ExportedStack } from "../exported-state";
import { type Holder, holdersByKey } from "../holders";
import type { Identity, InventoriedWorkspace } from "../workspace";
import type { WorkspaceContent } from "../workspace-content";
import { type Advice, adviceFor } from "./advice";
import { type Candidate, candidatesAmong, type Evidence } from "./candidates";
import { KeysByEnds } from "./keys-by-ends";
import { DEFAULT_PREFIX, hasPrefix, type LeakedValue, leakedValuesIn } from "./leaked-values";

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
  /** Whether the value is valid, or may be: it counts as valid while one of its keys is not revoked. */
  readonly isValid: boolean;
  /** The owner of the value, if the management API accepts it as a token, but not as a key of this workspace. */
  readonly owner: Workspace | undefined;
}

/** The leaked values in a text. */
export interface Leaks {
  readonly workspace: Workspace;
  readonly leaks: readonly Leak[];
}

export interface LeaksInput {
  /** The text that leaked. */
  readonly text: string;
  /** The keys of the workspace, read before: to try a value counts as a use of its key. */
  readonly content: WorkspaceContent;
  readonly stacks: readonly ExportedStack[];
}

type Queried = Pick<InventoriedWorkspace, "client" | "secrets" | "tryKey" | "identify">;

/**
 * Finds out which keys of a workspace a text contains. Throws `not_found` if it contains no value that could be one, and
 * `invalid_arguments` if it contains too many.
 */
export async function findLeaks({ text, content, stacks: given }: LeaksInput, queried: Queried): Promise<Leaks> {
  const { client, secrets } = queried;
  const { workspace, primary, keys: additional } = content;
  const byEnds = new KeysByEnds("refused" in primary ? additional : [primary, ...additional], DEFAULT_PREFIX);
  const hasToken = secrets.fieldIn({ text }) !== undefined;
  const values = leakedValuesIn(text, byEnds);
  // People also put values into names.
  const named = byEnds.keys.flatMap(({ name }) => (hasPrefix(name, byEnds) ? leakedValuesIn(name, byEnds) : []));
  secrets.add(...[...values, ...named].filter(({ isMasked }) => !isMasked).map(({ text }) => text));
  if (values.length === 0) throw hasToken ? tokenFound(client.tokenSource) : noValue(text, byEnds);
  if (values.length > MOST_VALUES) throw tooMany(values.length);
  const { stacks, declared } = comparableStacks(given, workspace);
  const holdersOf = holdersByKey(declared, "refused" in primary ? undefined : primary.id);
  const origins = new Origins(additional, stacks);

  function leakedKey(candidate: Candidate): LeakedKey {
    const { key } = candidate;
    const isOwn = workspace.caller?.keyId === key.id;
    const holders = holdersOf.get(key.id) ?? [];
    const advice = adviceFor({
      key,
      holders,
      origin: origins.of(key),
      hasStates: stacks.length > 0,
      ownTokenSource: isOwn ? client.tokenSource : undefined,
    });
    return { ...candidate, holders, isOwn, advice };
  }

  const tried = values.map(async (value): Promise<Leak> => {
    const found = await tryValue(value, { ...queried, workspace, byEnds });
    const keys = found.candidates.map(leakedKey);
    const { evidence, owner } = found;
    const mayBeValid = keys.some(({ key: { status } }) => status !== "revoked");
    const isValid = isAccepted(evidence.management) || evidence.gateway === "accepted" || mayBeValid;
    return { value, keys, evidence, isValid, owner };
  });
  return { workspace, leaks: await Promise.all(tried) };
}

interface Tried {
  readonly evidence: Evidence;
  readonly candidates: readonly Candidate[];
  readonly owner: Workspace | undefined;
}

/** Sends a value to the addresses of the workspace, if it may be sent. */
async function tryValue(
  value: LeakedValue,
  {
    workspace,
    byEnds,
    client,
    tryKey,
    identify,
  }: Queried & { readonly workspace: Workspace; readonly byEnds: KeysByEnds },
): Promise<Tried> {
  const [gateway, management] = value.maySend
    ? await Promise.all([tryKey?.(value.text), identify(value.text)])
    : [undefined, undefined];
  const evidence = { gateway, management };
  const owner = isAccepted(management) ? management : undefined;
  if (owner !== undefined && owner.id !== workspace.id) return { evidence, candidates: [], owner };
  const keyId = owner?.caller?.keyId;
  if (keyId !== undefined) {
    const key = byEnds.keys.find(({ id }) => id === keyId) ?? (await client.get(keyId));
    const reason = "the management API accepts the value as this key";
    return { evidence, candidates: [{ key, sureness: "certain", reason }], owner: undefined };
  }
  const listed = byEnds.matching(value.text);
  // A key may have been revoked since it was listed.
  const matching = gateway === "rejected" ? await Promise.all(listed.map((key) => current(key, client))) : listed;
  return { evidence, candidates: candidatesAmong(matching, value, evidence), owner };
}

async function current(key: Key, client: Queried["client"]): Promise<Key> {
  if (key.status !== "active") return key;
  return key.kind === "primary" ? client.primary() : ((await client.find(key.id)) ?? key);
}

function isAccepted(identity: Identity | undefined): identity is Workspace {
  return typeof identity === "object" && "id" in identity;
}

function tokenFound(source: string): DenchError {
  return new DenchError(
    "not_found",
    `Could not find a key of the workspace in the text, but the token from ${source}. Revoke the token where it was created, and set a new one there.`,
  );
}

function tooMany(count: number): DenchError {
  return new DenchError(
    "invalid_arguments",
    `Could not try the values in the text: there are ${count}, and at most ${MOST_VALUES} are tried. Pass fewer lines, and run again.`,
  );
}

function noValue(text: string, keys: KeysByEnds): DenchError {
  const prefixes = new Intl.ListFormat("en", { type: "disjunction" }).format(keys.prefixes.slice(0, 3).map(shown));
  return new DenchError(
    "not_found",
    hasPrefix(text, keys)
      ? `Could not find a key value in the text: it has the start of one (${prefixes}), but not its last four characters. Pass the whole value, or its masked form with the last four characters.`
      : `Could not find a key value in the text: key values of the workspace begin with ${prefixes}. The text may be a secret of another vendor. It was sent nowhere.`,
  );
}
