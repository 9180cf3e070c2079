// Written by `npm run generate` from the package schema.

import * as pulumi from "@pulumi/pulumi";
import { absentAsUndefined, type Registration } from "./registration";
import type { PrimaryKeyRotation, PrimaryKeyRotationArgs } from "./types";

/** The arguments of a `PrimarySandboxKey`. */
export interface PrimarySandboxKeyArgs {
  /**
   * Whether the value is asked for and kept, encrypted, in the state; only an admin's token may. Each asking is
   * recorded in the workspace. Default: true. Changing it to `false` drops the value from the state, back to `true`
   * asks for it.
   */
  reveal?: pulumi.Input<boolean> | undefined;
  /** When the key gets a new value. Default: only when something else asks for it. */
  rotation?: pulumi.Input<PrimaryKeyRotationArgs> | undefined;
  /**
   * Names an incident. Setting it, or changing it to another value, rotates the key now. Present from the beginning, or
   * emptied, it does nothing. Default: none.
   */
  compromised?: pulumi.Input<string> | undefined;
  /**
   * Whether to wait until the data plane takes a new value, at most a minute or the resource's `customTimeouts`. Needs
   * `reveal`, and the provider's `gatewayUrl`. Default: false. Changing it calls nothing.
   */
  waitUntilReady?: pulumi.Input<boolean> | undefined;
}

/** The outputs of a `PrimarySandboxKey`, whichever entry it comes from. */
export abstract class PrimarySandboxKeyResource extends pulumi.CustomResource {
  /** As applied. */
  declare readonly reveal: pulumi.Output<boolean | undefined>;
  /** As applied. */
  declare readonly rotation: pulumi.Output<PrimaryKeyRotation | undefined>;
  /** The last incident. */
  declare readonly compromised: pulumi.Output<string | undefined>;
  /** As applied. */
  declare readonly waitUntilReady: pulumi.Output<boolean | undefined>;
  /** The value, to be sent as a bearer token. Secret. Absent without `reveal`. */
  declare readonly key: pulumi.Output<string>;
  /** Id of the key. Safe to show; changes exactly when the value does. */
  declare readonly keyId: pulumi.Output<string>;
  /** Id of the workspace that the key belongs to. */
  declare readonly workspaceId: pulumi.Output<string>;
  /** The visible start of the value. */
  declare readonly prefix: pulumi.Output<string>;
  /** The last four characters of the value. */
  declare readonly last4: pulumi.Output<string>;
  /** What the key may do. */
  declare readonly scopes: pulumi.Output<string[]>;
  /** When the value was made, in RFC 3339. */
  declare readonly createdAt: pulumi.Output<string>;

  protected constructor(
    { type, props, options: ours }: Registration,
    name: string,
    args: PrimarySandboxKeyArgs,
    options: pulumi.CustomResourceOptions,
  ) {
    const inputs = {
      reveal: args.reveal,
      rotation: args.rotation,
      compromised: args.compromised,
      waitUntilReady: args.waitUntilReady,
    };
    // An output that is not named here would not become a property.
    const outputs = {
      key: undefined,
      keyId: undefined,
      workspaceId: undefined,
      prefix: undefined,
      last4: undefined,
      scopes: undefined,
      createdAt: undefined,
    };
    const secrets = { ...ours, additionalSecretOutputs: ["key"] };
    super(type, name, { ...inputs, ...outputs, ...props }, pulumi.mergeOptions(secrets, options));
    absentAsUndefined(this, ["key", "reveal", "rotation", "compromised", "waitUntilReady"]);
  }
}
