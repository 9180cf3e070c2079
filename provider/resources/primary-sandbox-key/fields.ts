import * as z from "zod";
import type { Key } from "../../../contract/port";
import { timestamp } from "../../values/duration";
import { asApplied } from "../as-applied";
import { After, Triggers } from "../rotation";

/** The ID of the resource in every stack. A workspace has one primary key. */
export const ID = "primary";

export const PrimarySandboxKeyInputs = z
  .strictObject({
    reveal: z
      .boolean("must be true or false")
      .optional()
      .describe(
        "Whether to reveal the key value and store it encrypted in the stack state. Requires an admin's token, and the workspace records each reveal. Defaults to `true`. Changing it to `false` removes the value from the state, and changing it back reveals the value again.",
      ),
    rotation: z
      .strictObject({
        triggers: Triggers.optional().describe(
          "Values, by names of your choice, that rotate the key when one of them changes. Adding or removing a trigger does not rotate the key. Defaults to no triggers.",
        ),
        after: After.optional().describe(
          "The age, for example `90d`, at which the first update rotates the key. Allows 1 % tolerance, at most one hour, so that a schedule never skips a turn. Defaults to no rotation by age. Changing this affects the key only if the key has already reached the new age.",
        ),
      })
      .meta({
        id: "PrimaryKeyRotation",
        description: "When a `PrimarySandboxKey` is rotated. A rotation revokes the old key value immediately.",
      })
      .optional()
      .describe("When the key is rotated. Defaults to no rotation by triggers or age."),
    compromised: z.string("must be a string").optional().meta({
      description:
        "The identifier of a security incident, for example `INC-2041`. Setting or changing it rotates the key. It has no effect when it is set at creation, or when it is emptied or removed. Defaults to no incident.",
      applied: "The identifier of the last incident.",
    }),
    waitUntilReady: z
      .boolean("must be true or false")
      .optional()
      .describe(
        "Whether to wait until the data plane accepts a new key value. Waits at most one minute, or for the time in the resource's `customTimeouts`. Requires `reveal` and the provider's `gatewayUrl`. Defaults to `false`. Changing this does not affect the key.",
      ),
  })
  .superRefine(({ reveal, waitUntilReady }, context) => {
    if (!waitUntilReady || reveal !== false) return;
    context.addIssue({
      code: "custom",
      path: ["waitUntilReady"],
      message: "requires reveal, since only a known key value can be tested",
    });
  });
export type PrimarySandboxKeyInputs = z.infer<typeof PrimarySandboxKeyInputs>;

const AppliedInputs = z.object(asApplied(PrimarySandboxKeyInputs.shape));

const Outputs = z.object({
  key: z.string().optional().meta({
    description: "The key value, which clients send as a bearer token. Secret. Absent if `reveal` is `false`.",
    secret: true,
    requiredInSdks: true,
  }),
  keyId: z.string().describe("The ID of the key. Not a secret. Changes exactly when the key value changes."),
  workspaceId: z.string().describe("The ID of the workspace that the key belongs to."),
  prefix: z.string().describe("The visible first characters of the key value."),
  last4: z.string().describe("The last four characters of the key value."),
  scopes: z.array(z.string()).describe("The permissions of the key."),
  createdAt: z.string().describe("When the key value was created, in RFC 3339."),
});

export const PrimarySandboxKeyState = z.object({ ...AppliedInputs.shape, ...Outputs.shape });
export type PrimarySandboxKeyState = z.infer<typeof PrimarySandboxKeyState>;

/** Returns the inputs as the state has them. */
export function appliedInputs(state: PrimarySandboxKeyState): PrimarySandboxKeyInputs {
  return AppliedInputs.parse(state);
}

/** Returns the state without the inputs. */
export function outputsOf(state: PrimarySandboxKeyState): z.infer<typeof Outputs> {
  return Outputs.parse(state);
}

/** Returns the outputs that come from the key. */
export function shownOf(key: Key) {
  return {
    keyId: key.id,
    prefix: key.prefix,
    last4: key.last4,
    scopes: [...key.scopes],
    createdAt: timestamp(key.createdAt),
  };
}
