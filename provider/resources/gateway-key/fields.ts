import * as z from "zod";
import { KeyName, Scopes } from "../../../contract/inputs";
import type { Key, KeyRequest, RequestIdentity } from "../../../contract/port";
import { Duration, DurationOrZero, durationMs, timestamp } from "../../values/duration";
import { eachWith } from "../../values/field-facts";
import { asApplied } from "../as-applied";
import { Triggers } from "../rotation";

/** The fields of a key that a program chooses. The provider chooses the request ID. */
type KeyField = Exclude<keyof KeyRequest, keyof RequestIdentity>;

// A creation sends these inputs, and an import reads them from the key. The API cannot change them, so a change needs a new key.
const keyFields = eachWith({ willReplaceOnChanges: true }, {
  name: KeyName.meta({
    description:
      "The label of the key in the workspace. Must be 1–200 characters, and need not be unique. Defaults to a name that is generated once from the resource's name. Changing this replaces the key, or rotates it in place if `rotation.overlap` is set. On the command line, only `pulumi do … create --show-secrets` prints the key value. With `--stateless` and without that flag, the value is lost.",
    applied: "The name that the last update applied.",
    autoNamed: true,
  }),
  scopes: Scopes.optional().meta({
    description:
      "The permissions of the key, for example `models:read` and `chat:completions`. Must be 1–100 scopes. Order and duplicates do not matter. A scope that looks like a misspelling of either of these causes a warning. Defaults to the scopes that the workspace gives a new key. Changing this replaces the key, or rotates it in place if `rotation.overlap` is set.",
    applied: "The scopes that the last update applied. Absent if the program sets none.",
  }),
} satisfies { [Field in KeyField]-?: z.ZodType<KeyRequest[Field]> });

const KeyRotation = z
  .strictObject({
    triggers: Triggers.optional().describe(
      "Values, by names of your choice, that rotate the key when one of them changes. Adding or removing a trigger does not rotate the key, except that adding one rotates a key that was imported without its value. Defaults to no triggers.",
    ),
    after: Duration.optional().describe(
      "The age, for example `30d`, at which the first update rotates the key. Allows 1 % tolerance, at most one hour, so that a schedule never skips a turn. Requires that updates run on a schedule. Defaults to no rotation by age. Changing this affects the key only if the key has already reached the new age.",
    ),
    overlap: DurationOrZero.optional().describe(
      "How long the previous key value stays valid after a rotation, for example `24h`. The first update after this time revokes the previous key. With an overlap, the key is rotated in place. Defaults to `0s`: no overlap, and the key is replaced. Changing this moves the end of an overlap under way, and `0s` ends it.",
    ),
  })
  .meta({
    id: "KeyRotation",
    description:
      "When a `GatewayKey` is rotated, and how long the previous key value stays valid. Durations consist of days, hours, minutes and seconds, for example `30d`, `24h`, `90m` or `1h30m`.",
  });

export const GatewayKeyInputs = z
  .strictObject({
    ...keyFields,
    rotation: KeyRotation.optional().meta({
      description: "When the key is rotated. Defaults to no rotation by triggers or age.",
      applied: "The rotation settings that the last update applied.",
    }),
    compromised: z.string("must be a string").optional().meta({
      description:
        "The identifier of a security incident, for example `INC-2041`. Setting or changing it creates a new key value and revokes all earlier ones in the same update, regardless of `overlap` and `keepIfUsedWithin`. It has no effect when it is set at creation, or when it is emptied or removed. Defaults to no incident.",
      applied: "The identifier of the last incident.",
    }),
    keepIfUsedWithin: Duration.optional().describe(
      "How recently, for example `1h`, a key must have been used to be protected from revocation. Such a key is kept with a warning. If it cannot be kept, the update fails before it revokes the key. Requires `rotation.overlap`. Defaults to no protection: keys are revoked even if they are in use. Changing this does not affect the key.",
    ),
    waitUntilReady: z
      .boolean("must be true or false")
      .optional()
      .describe(
        "Whether to wait until the data plane accepts a new key value. Waits at most one minute, or for the time in the resource's `customTimeouts`. Requires the provider's `gatewayUrl` and the scope `models:read`. Defaults to `false`. Changing this does not affect the key.",
      ),
  })
  .superRefine(({ scopes, rotation = {}, keepIfUsedWithin, waitUntilReady }, context) => {
    const problem = (path: string[], message: string) => context.addIssue({ code: "custom", path, message });
    const overlapMs = durationMs(rotation.overlap ?? "0s") ?? 0;
    const afterMs = durationMs(rotation.after ?? "") ?? Number.POSITIVE_INFINITY;
    if (overlapMs > afterMs) {
      problem(
        ["rotation", "overlap"],
        "must not be longer than rotation.after, since three keys would be active at the same time",
      );
    }
    if (keepIfUsedWithin !== undefined && overlapMs === 0) {
      problem(
        ["keepIfUsedWithin"],
        "requires a rotation.overlap above zero, since without an overlap every change revokes the old key",
      );
    }
    if (waitUntilReady && scopes && !scopes.includes("models:read")) {
      problem(
        ["waitUntilReady"],
        "requires the scope models:read, since the provider lists the models to test the key",
      );
    }
  });
export type GatewayKeyInputs = z.infer<typeof GatewayKeyInputs>;

const AppliedInputs = z.object(asApplied(GatewayKeyInputs.shape));

const Outputs = z.object({
  key: z.string().optional().meta({
    description:
      "The key value, which clients send as a bearer token. Secret. Absent only if the key was imported without its value, since the workspace shows a value once.",
    secret: true,
    requiredInSdks: true,
  }),
  keyId: z
    .string()
    .describe("The ID of the current key in the workspace. Not a secret. Changes exactly when the key value changes."),
  workspaceId: z.string().describe("The ID of the workspace that the key belongs to."),
  prefix: z.string().describe("The visible first characters of the key value."),
  last4: z.string().describe("The last four characters of the key value."),
  status: z
    .string()
    .describe(
      "The status of the key when the provider last read it: `active`, `revoked`, `missing`, or `changed` for a key that was rotated outside of this program.",
    ),
  createdAt: z.string().describe("When the current key was created, in RFC 3339."),
  createdBy: z
    .string()
    .optional()
    .describe("The name of the member who created the key. Absent if the workspace does not report it."),
  previousKey: z
    .string()
    .optional()
    .meta({ description: "The previous key value, while it is still valid. Secret.", secret: true }),
  previousKeyId: z.string().optional().describe("The ID of the previous key, while it is still valid."),
  previousKeyRevokeAt: z
    .string()
    .optional()
    .describe("When the previous key is due to be revoked, in RFC 3339. The first update after this time revokes it."),
  revokePending: z
    .array(z.string())
    .optional()
    .describe("The IDs of keys that could not be revoked. The next update tries again."),
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

/** Returns the inputs that are fields of a key, from the inputs or from a key. */
export function keyFieldsOf(source: Pick<Key | GatewayKeyInputs, KeyField>): z.infer<typeof KeyFields> {
  return KeyFields.parse(source);
}

/** Returns the outputs that come from the key. Usage and last use are not included, because they would cause endless diffs. */
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
