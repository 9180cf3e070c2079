// Written by `npm run generate` from the package schema.

import * as pulumi from "@pulumi/pulumi";
import { absentAsUndefined, type Registration } from "./registration";
import type { KeyRotation, KeyRotationArgs } from "./types";

/** The arguments of a `GatewayKey`. */
export interface GatewayKeyArgs {
  /**
   * Label of the key in the workspace, 1 to 200 characters. It need not be unique. Default: made once from the
   * resource's name, and kept. Changing it makes a new key: by replacement, or in place with `rotation.overlap`. (On
   * the command line, only `pulumi do … create --show-secrets` shows the new key's value: without it, and without
   * state, nobody will ever see it.)
   */
  name?: pulumi.Input<string> | undefined;
  /**
   * What the key may do, e.g. `models:read` and `chat:completions`, 1 to 100 of them; order and repeats mean nothing.
   * One that is close to either of these, but not the same, is a warning. Default: the workspace's. Changing it makes a
   * new key: by replacement, or in place with `rotation.overlap`.
   */
  scopes?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** When the key gets a new value. Default: only when something else asks for it. */
  rotation?: pulumi.Input<KeyRotationArgs> | undefined;
  /**
   * Names an incident. Setting it, or changing it to another value, makes a new value now and ends every old one in the
   * same step, whatever `overlap` and `keepIfUsedWithin` say. Present from the beginning, or emptied, it does nothing.
   * Default: none.
   */
  compromised?: pulumi.Input<string> | undefined;
  /**
   * With an overlap: a key that was used within this time, e.g. `1h`, is not revoked, but kept with a warning, or,
   * where that cannot be, an error. Default: keys are revoked in use. Changing it calls nothing.
   */
  keepIfUsedWithin?: pulumi.Input<string> | undefined;
  /**
   * Whether to wait until the data plane takes a new value, at most a minute or the resource's `customTimeouts`. Needs
   * the provider's `gatewayUrl` and the scope `models:read`. Default: false. Changing it calls nothing.
   */
  waitUntilReady?: pulumi.Input<boolean> | undefined;
}

/** The outputs of a `GatewayKey`, whichever entry it comes from. */
export abstract class GatewayKeyResource extends pulumi.CustomResource {
  /** The name as applied. */
  declare readonly name: pulumi.Output<string>;
  /** The scopes as applied; absent when none were given. */
  declare readonly scopes: pulumi.Output<string[] | undefined>;
  /** The rotation as applied. */
  declare readonly rotation: pulumi.Output<KeyRotation | undefined>;
  /** The last incident. */
  declare readonly compromised: pulumi.Output<string | undefined>;
  /** As applied. */
  declare readonly keepIfUsedWithin: pulumi.Output<string | undefined>;
  /** As applied. */
  declare readonly waitUntilReady: pulumi.Output<boolean | undefined>;
  /**
   * The value, to be sent as a bearer token. Secret. Absent only after an import without value, since a value is shown
   * once.
   */
  declare readonly key: pulumi.Output<string>;
  /** Id of the live key in the workspace. Safe to show; changes exactly when the value does. */
  declare readonly keyId: pulumi.Output<string>;
  /** Id of the workspace that the key belongs to. */
  declare readonly workspaceId: pulumi.Output<string>;
  /** The visible start of the value. */
  declare readonly prefix: pulumi.Output<string>;
  /** The last four characters of the value. */
  declare readonly last4: pulumi.Output<string>;
  /**
   * `active`, `revoked`, `missing`, or `changed` for a key that was rotated elsewhere. As of the last time that the
   * provider read the key.
   */
  declare readonly status: pulumi.Output<string>;
  /** When the live key was made, in RFC 3339. */
  declare readonly createdAt: pulumi.Output<string>;
  /** Name of the member who made it. Absent: the workspace does not tell. */
  declare readonly createdBy: pulumi.Output<string | undefined>;
  /** The value of before, while it overlaps. Secret. */
  declare readonly previousKey: pulumi.Output<string | undefined>;
  /** Id of the key of before, while it overlaps. */
  declare readonly previousKeyId: pulumi.Output<string | undefined>;
  /** From when on an update revokes the key of before, in RFC 3339. */
  declare readonly previousKeyRevokeAt: pulumi.Output<string | undefined>;
  /** Ids of keys that should have been revoked and could not be. The next update tries again. */
  declare readonly revokePending: pulumi.Output<string[] | undefined>;

  protected constructor(
    { type, props, options: ours }: Registration,
    name: string,
    args: GatewayKeyArgs,
    options: pulumi.CustomResourceOptions,
  ) {
    const inputs = {
      name: args.name,
      scopes: args.scopes,
      rotation: args.rotation,
      compromised: args.compromised,
      keepIfUsedWithin: args.keepIfUsedWithin,
      waitUntilReady: args.waitUntilReady,
    };
    // An output that is not named here would not become a property.
    const outputs = {
      key: undefined,
      keyId: undefined,
      workspaceId: undefined,
      prefix: undefined,
      last4: undefined,
      status: undefined,
      createdAt: undefined,
      createdBy: undefined,
      previousKey: undefined,
      previousKeyId: undefined,
      previousKeyRevokeAt: undefined,
      revokePending: undefined,
    };
    const secrets = { ...ours, additionalSecretOutputs: ["key", "previousKey"] };
    super(type, name, { ...inputs, ...outputs, ...props }, pulumi.mergeOptions(secrets, options));
    absentAsUndefined(this, [
      "key",
      "previousKey",
      "scopes",
      "rotation",
      "compromised",
      "keepIfUsedWithin",
      "waitUntilReady",
      "createdBy",
      "previousKeyId",
      "previousKeyRevokeAt",
      "revokePending",
    ]);
  }
}
