/** A text in the properties of a resource that is not a secret, and where it is, for example `outputs.key`. */
export interface PlainText {
  readonly path: string;
  readonly text: string;
}

/** A resource before its update, as the engine passes it to a policy pack. */
export interface CheckedResource {
  readonly urn: string;
  readonly type: string;
  /** The inputs. Reading one that a preview does not know yet throws an error, which the pack reports as a warning. */
  readonly inputs: unknown;
  readonly isProtected: boolean;
  readonly plainTexts: readonly PlainText[];
  readonly provider?: { readonly name: string; readonly inputs: unknown };
  /** The setting `dench:workspace` of the stack. `unknown` if no stack is being updated, as in `pulumi policy analyze`. */
  readonly stackWorkspace: string | undefined | typeof UNKNOWN;
}

export const UNKNOWN = Symbol("unknown");

/** A resource of a stack after the preview or the update. */
export interface StackResource {
  readonly urn: string;
  readonly type: string;
  readonly plainTexts: readonly PlainText[];
  /** The key values in the outputs, secret or not. */
  readonly keyValues: readonly string[];
}

/** Returns whether a resource is a gateway key, of the plugin or of the dynamic provider. */
export const isGatewayKey = ({ type }: { readonly type: string }) => isKind("GatewayKey", type);

/** Returns whether a resource is a primary sandbox key. */
export const isPrimaryKey = ({ type }: { readonly type: string }) => isKind("PrimarySandboxKey", type);

function isKind(kind: string, type: string): boolean {
  return type === `dench:index:${kind}` || type === `pulumi-nodejs:dynamic/pulumi-dench:${kind}`;
}

/** Returns the project and the stack of a resource, for example `shop/production`. */
export function stackOf({ urn }: { readonly urn: string }): string {
  const [stack = "", project = ""] = urn.replace("urn:pulumi:", "").split("::");
  return `${project}/${stack}`;
}
