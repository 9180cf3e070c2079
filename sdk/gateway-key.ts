import * as pulumi from "@pulumi/pulumi";
import type { Registration } from "./registration";

/** What a `GatewayKey` shall be. */
export interface GatewayKeyArgs {
  /**
   * Label of the key in the workspace, 1 to 200 characters. It need not be unique. Left out, it is made once from the
   * resource's name, and kept. Changing it replaces the key.
   */
  name?: pulumi.Input<string>;
  /**
   * What the key may do, e.g. `models:read` and `chat:completions`; order and repeats mean nothing, an empty list is
   * refused. Left out, the workspace's default applies. Changing it replaces the key.
   */
  scopes?: pulumi.Input<pulumi.Input<string>[]>;
}

/** What a `GatewayKey` is, whichever way it is served. */
export abstract class GatewayKeyResource extends pulumi.CustomResource {
  /** The name as applied. */
  declare readonly name: pulumi.Output<string>;
  /** The scopes as applied; undefined when none were given. */
  declare readonly scopes: pulumi.Output<string[] | undefined>;
  /** The value, to be sent as a bearer token. Secret. Unset only after an import, since a value is shown once. */
  declare readonly key: pulumi.Output<string>;
  /** Id of the key in the workspace. Safe to show; changes exactly when the value does. */
  declare readonly keyId: pulumi.Output<string>;
  /** Id of the workspace that the key belongs to. */
  declare readonly workspaceId: pulumi.Output<string>;
  /** The visible start of the value. */
  declare readonly prefix: pulumi.Output<string>;
  /** The last four characters of the value. */
  declare readonly last4: pulumi.Output<string>;
  /** `active`, `revoked` or `missing`, as the workspace said when it was last asked. */
  declare readonly status: pulumi.Output<string>;
  /** When the key was made, in RFC 3339. */
  declare readonly createdAt: pulumi.Output<string>;
  /** Name of the member who made it. */
  declare readonly createdBy: pulumi.Output<string>;

  protected constructor(
    { type, props, options: ours }: Registration,
    name: string,
    args: GatewayKeyArgs,
    options: pulumi.CustomResourceOptions,
  ) {
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
    };
    const secrets = { ...ours, additionalSecretOutputs: ["key"] };
    super(
      type,
      name,
      { name: args.name, scopes: args.scopes, ...outputs, ...props },
      pulumi.mergeOptions(secrets, options),
    );
  }
}
