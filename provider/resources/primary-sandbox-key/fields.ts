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
        "Whether the value is asked for and kept, encrypted, in the state; only an admin's token may. Each asking is recorded in the workspace. Default: true. Changing it to `false` drops the value from the state, back to `true` asks for it.",
      ),
    rotation: z
      .strictObject({
        triggers: Triggers.optional().describe(
          "Values by a name of yours. Changing one rotates the key; adding or removing one does not. Default: none.",
        ),
        after: After.optional().describe(
          "Age, e.g. `90d`, from which on an update rotates the key (less a hundredth, at most an hour). Default: never. Changing it calls nothing, unless the key is older than that already.",
        ),
      })
      .meta({
        id: "PrimaryKeyRotation",
        description: "When a `PrimarySandboxKey` gets a new value. The old one ends at once.",
      })
      .optional()
      .describe("When the key gets a new value. Default: only when something else asks for it."),
    compromised: z.string("must be a string").optional().meta({
      description:
        "Names an incident. Setting it, or changing it to another value, rotates the key now. Present from the beginning, or emptied, it does nothing. Default: none.",
      applied: "The last incident.",
    }),
    waitUntilReady: z
      .boolean("must be true or false")
      .optional()
      .describe(
        "Whether to wait until the data plane takes a new value, at most a minute or the resource's `customTimeouts`. Needs `reveal`, and the provider's `gatewayUrl`. Default: false. Changing it calls nothing.",
      ),
  })
  .superRefine(({ reveal, waitUntilReady }, context) => {
    if (!waitUntilReady || reveal !== false) return;
    context.addIssue({
      code: "custom",
      path: ["waitUntilReady"],
      message: "needs reveal: a value that is not known cannot be tried",
    });
  });
export type PrimarySandboxKeyInputs = z.infer<typeof PrimarySandboxKeyInputs>;

const AppliedInputs = z.object(asApplied(PrimarySandboxKeyInputs.shape));

const Outputs = z.object({
  key: z.string().optional().meta({
    description: "The value, to be sent as a bearer token. Secret. Absent without `reveal`.",
    secret: true,
    requiredInSdks: true,
  }),
  keyId: z.string().describe("Id of the key. Safe to show; changes exactly when the value does."),
  workspaceId: z.string().describe("Id of the workspace that the key belongs to."),
  prefix: z.string().describe("The visible start of the value."),
  last4: z.string().describe("The last four characters of the value."),
  scopes: z.array(z.string()).describe("What the key may do."),
  createdAt: z.string().describe("When the value was made, in RFC 3339."),
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

/** What a state shows of the key beside the inputs. */
export function shownOf(key: Key) {
  return {
    keyId: key.id,
    prefix: key.prefix,
    last4: key.last4,
    scopes: [...key.scopes],
    createdAt: timestamp(key.createdAt),
  };
}
