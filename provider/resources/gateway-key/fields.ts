import * as z from "zod";
import { KeyName, Scopes } from "../../../contract/inputs";
import type { Key, KeyRequest, RequestIdentity } from "../../../contract/port";
import { Duration, DurationOrZero, durationMs, timestamp } from "../../values/duration";
import { eachWith } from "../../values/field-facts";
import { asApplied } from "../as-applied";
import { Triggers } from "../rotation";

/** The fields of a key that a program chooses. The provider chooses the request ID. */
type KeyField = Exclude<keyof KeyRequest, keyof RequestIdentity>;

// A creation sends these inputs, and an import reads them from the key. The API cannot change them, so only another key can show a change.
const keyFields = eachWith({ willReplaceOnChanges: true }, {
  name: KeyName.meta({
    description:
      "Label of the key in the workspace, 1 to 200 characters. It need not be unique. Default: made once from the resource's name, and kept. Changing it makes a new key: by replacement, or in place with `rotation.overlap`. (On the command line, only `pulumi do … create --show-secrets` shows the new key's value: without it, and without state, nobody will ever see it.)",
    applied: "The name as applied.",
    autoNamed: true,
  }),
  scopes: Scopes.optional().meta({
    description:
      "What the key may do, e.g. `models:read` and `chat:completions`, 1 to 100 of them; order and repeats mean nothing. One that is close to either of these, but not the same, is a warning. Default: the workspace's. Changing it makes a new key: by replacement, or in place with `rotation.overlap`.",
    applied: "The scopes as applied; absent when none were given.",
  }),
} satisfies { [Field in KeyField]-?: z.ZodType<KeyRequest[Field]> });

const KeyRotation = z
  .strictObject({
    triggers: Triggers.optional().describe(
      "Values by a name of yours. Changing one rotates the key; adding or removing one does not, so that a schedule can start or stop safely. Only on a key that was imported without its value, adding one rotates as well. Default: none.",
    ),
    after: Duration.optional().describe(
      "Age, e.g. `30d`, from which on an update rotates the key (less a hundredth, at most an hour). It needs updates that are run by a schedule. Default: never. Changing it calls nothing, unless the key is older than that already.",
    ),
    overlap: DurationOrZero.optional().describe(
      "How long the old value works beside a new one, e.g. `24h`; it ends at the first update after that. With it, the key is rotated in place. Default: `0s`, none, and the key is replaced. Changing it moves a running overlap, and `0s` ends it.",
    ),
  })
  .meta({
    id: "KeyRotation",
    description:
      "When a `GatewayKey` gets a new value, and how long the old one goes on. Durations are days, hours, minutes and seconds, like `30d`, `24h`, `90m` or `1h30m`.",
  });

export const GatewayKeyInputs = z
  .strictObject({
    ...keyFields,
    rotation: KeyRotation.optional().meta({
      description: "When the key gets a new value. Default: only when something else asks for it.",
      applied: "The rotation as applied.",
    }),
    compromised: z.string("must be a string").optional().meta({
      description:
        "Names an incident. Setting it, or changing it to another value, makes a new value now and ends every old one in the same step, whatever `overlap` and `keepIfUsedWithin` say. Present from the beginning, or emptied, it does nothing. Default: none.",
      applied: "The last incident.",
    }),
    keepIfUsedWithin: Duration.optional().describe(
      "With an overlap: a key that was used within this time, e.g. `1h`, is not revoked, but kept with a warning, or, where that cannot be, an error. Default: keys are revoked in use. Changing it calls nothing.",
    ),
    waitUntilReady: z
      .boolean("must be true or false")
      .optional()
      .describe(
        "Whether to wait until the data plane takes a new value, at most a minute or the resource's `customTimeouts`. Needs the provider's `gatewayUrl` and the scope `models:read`. Default: false. Changing it calls nothing.",
      ),
  })
  .superRefine(({ scopes, rotation = {}, keepIfUsedWithin, waitUntilReady }, context) => {
    const problem = (path: string[], message: string) => context.addIssue({ code: "custom", path, message });
    const overlapMs = durationMs(rotation.overlap ?? "0s") ?? 0;
    const afterMs = durationMs(rotation.after ?? "") ?? Number.POSITIVE_INFINITY;
    if (overlapMs > afterMs) {
      problem(["rotation", "overlap"], "must not be longer than rotation.after: three keys would have to live");
    }
    if (keepIfUsedWithin !== undefined && overlapMs === 0) {
      problem(
        ["keepIfUsedWithin"],
        "needs a rotation.overlap above zero: without one, the old key ends with each change",
      );
    }
    if (waitUntilReady && scopes && !scopes.includes("models:read")) {
      problem(["waitUntilReady"], "needs the scope models:read: a key is tried by listing the models");
    }
  });
export type GatewayKeyInputs = z.infer<typeof GatewayKeyInputs>;

const AppliedInputs = z.object(asApplied(GatewayKeyInputs.shape));

const Outputs = z.object({
  key: z.string().optional().meta({
    description:
      "The value, to be sent as a bearer token. Secret. Absent only after an import without value, since a value is shown once.",
    secret: true,
    requiredInSdks: true,
  }),
  keyId: z.string().describe("Id of the live key in the workspace. Safe to show; changes exactly when the value does."),
  workspaceId: z.string().describe("Id of the workspace that the key belongs to."),
  prefix: z.string().describe("The visible start of the value."),
  last4: z.string().describe("The last four characters of the value."),
  status: z
    .string()
    .describe(
      "`active`, `revoked`, `missing`, or `changed` for a key that was rotated elsewhere. As of the last time that the provider read the key.",
    ),
  createdAt: z.string().describe("When the live key was made, in RFC 3339."),
  createdBy: z.string().optional().describe("Name of the member who made it. Absent: the workspace does not tell."),
  previousKey: z
    .string()
    .optional()
    .meta({ description: "The value of before, while it overlaps. Secret.", secret: true }),
  previousKeyId: z.string().optional().describe("Id of the key of before, while it overlaps."),
  previousKeyRevokeAt: z.string().optional().describe("From when on an update revokes the key of before, in RFC 3339."),
  revokePending: z
    .array(z.string())
    .optional()
    .describe("Ids of keys that should have been revoked and could not be. The next update tries again."),
});

export const GatewayKeyState = z.object({ ...AppliedInputs.shape, ...Outputs.shape });
export type GatewayKeyState = z.infer<typeof GatewayKeyState>;

/** Returns the inputs as the state has them. */
export function appliedInputs(state: GatewayKeyState): GatewayKeyInputs {
  return AppliedInputs.parse(state);
}

/** Returns the state without the inputs. */
export function outputsOf(state: GatewayKeyState): z.infer<typeof Outputs> {
  return Outputs.parse(state);
}

const KeyFields = z.object(asApplied(keyFields));

/** Returns the inputs that are fields of a key, from the inputs or from a key. The API shows an absent field as null. */
export function keyFieldsOf(source: Pick<Key | GatewayKeyInputs, KeyField>): z.infer<typeof KeyFields> {
  return KeyFields.parse(Object.fromEntries(Object.entries(source).filter(([, value]) => value !== null)));
}

/** What a state shows of a key beside the inputs. Usage and last use are not among it: they would make endless diffs. */
export function shownOf(key: Key) {
  return {
    keyId: key.id,
    prefix: key.prefix,
    last4: key.last4,
    status: key.status,
    createdAt: timestamp(key.createdAt),
    createdBy: key.createdBy?.name,
  };
}
