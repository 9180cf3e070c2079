import type { Key } from "../../../contract/port";
import { formatDuration } from "../../values/duration";
import { lastFour, shown } from "../../values/shown";
import type { DeclaredKey } from "../exported-state";
import type { Holder } from "../holders";
import type { Finding } from "./finding";
import { inStack, placeOf } from "./places";

// What is found by comparing a state with the workspace, resource by resource.

export interface DeclaredOptions {
  /** The keys of the workspace by ID. It has the primary key unless the token cannot read it. */
  readonly keys: ReadonlyMap<string, Key>;
  /** Undefined if the token cannot read it. */
  readonly primary: Key | undefined;
  /** The server's time. */
  readonly now: number;
}

/** Returns the findings about the keys of a resource. */
export function resourceFindings(resource: DeclaredKey, options: DeclaredOptions): Finding[] {
  if (resource.isPendingDelete) return [pendingDelete(resource, options)];
  return [currentFinding(resource, options), overdueFinding(resource, options)]
    .filter((finding) => finding !== undefined)
    .concat(resource.revokePending.map((keyId) => revokePending(resource, keyId, options)));
}

/** Returns the finding about a key that several resources have. */
export function ownersFinding(key: Key, holders: readonly Holder[]): Finding | undefined {
  if (holders.length < 2) return undefined;
  const stacks = new Set(holders.map(({ resource }) => resource.stack));
  return {
    code: "two_owners",
    key,
    where: holders.map(({ resource }) => placeOf(resource)),
    message: `${holders.length} resources in ${stacks.size === 1 ? "one stack" : `${stacks.size} stacks`} have this key.`,
    advice:
      key.kind === "primary"
        ? "Keep one resource, since the others have an old value after it rotates the key."
        : "Keep one resource, and remove the others with `pulumi state delete`, which does not revoke the key.",
  };
}

function currentFinding(resource: DeclaredKey, { keys, primary }: DeclaredOptions): Finding | undefined {
  const { type, keyId, last4, stack } = resource;
  const where = [placeOf(resource)];
  const exportAgain = "if it ran after the export, export the state again.";
  if (type === "PrimarySandboxKey") {
    if (primary === undefined || (primary.id === keyId && (last4 ?? primary.last4) === primary.last4)) return undefined;
    return {
      code: "changed_key",
      key: primary,
      where,
      message: `The primary sandbox key has another value than in the state${formerly(last4)}.`,
      advice: `Run \`pulumi up\` ${inStack(stack)}, which reads the new value; ${exportAgain}`,
    };
  }
  const key = keys.get(keyId);
  const advice = `Run \`pulumi up\` ${inStack(stack)}, which creates another key; ${exportAgain}`;
  if (key === undefined)
    return { code: "missing_key", key: { id: keyId }, where, message: "The workspace does not have this key.", advice };
  if (key.status !== "active")
    return { code: "revoked_in_state", key, where, message: `The status of this key is ${shown(key.status)}.`, advice };
  if (last4 === undefined || last4 === key.last4) return undefined;
  const message = `This key has another value than in the state${formerly(last4)}.`;
  return { code: "changed_key", key, where, message, advice };
}

function formerly(last4: string | undefined): string {
  return last4 === undefined ? "" : `, where it ends in …${lastFour(last4)}`;
}

function overdueFinding(resource: DeclaredKey, { keys, now }: DeclaredOptions): Finding | undefined {
  const { previousKeyId, previousKeyRevokeAt, stack } = resource;
  const key = previousKeyId === undefined ? undefined : keys.get(previousKeyId);
  if (key?.status !== "active" || previousKeyRevokeAt === undefined || previousKeyRevokeAt >= now) return undefined;
  return {
    code: "previous_key_overdue",
    key,
    where: [placeOf(resource)],
    message: `This previous key was due to be revoked ${formatDuration(now - previousKeyRevokeAt)} ago.`,
    advice: `Run \`pulumi up\` ${inStack(stack)}; if \`keepIfUsedWithin\` keeps the key, let its user read the new value first.`,
  };
}

function revokePending(resource: DeclaredKey, keyId: string, { keys }: DeclaredOptions): Finding {
  const key = keys.get(keyId);
  return {
    code: "revoke_pending",
    key: key ?? { id: keyId },
    where: [placeOf(resource)],
    message:
      key?.status === "active"
        ? "A run could not revoke this key, which is still active."
        : "A run could not revoke this key, which is not active anymore.",
    advice: `Run \`pulumi up\` ${inStack(resource.stack)}, which tries again.`,
  };
}

function pendingDelete(resource: DeclaredKey, { keys, primary }: DeclaredOptions): Finding {
  const key = resource.type === "PrimarySandboxKey" ? primary : keys.get(resource.keyId);
  return {
    code: "pending_delete",
    key: key ?? { id: resource.keyId },
    where: [placeOf(resource)],
    message: "The engine still has to delete the resource that has this key.",
    advice: `Run \`pulumi up\` ${inStack(resource.stack)}, which completes the deletion.`,
  };
}
