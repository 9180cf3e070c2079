import type { ProviderModel } from "./model";
import { argument, documentation, interfaceText, PULUMI, PULUMI_TYPES, secretNames, sourceOf } from "./source";

/** Returns `sdk/provider-args.ts`: the arguments of an explicit provider, and the function that marks secrets in them. */
export function providerArgsSource({ options }: ProviderModel): string {
  const secrets = secretNames(options).map((name) => `${name}: secret(args.${name})`);
  return sourceOf(
    [PULUMI_TYPES, 'import { secret } from "./registration";'],
    interfaceText("ProviderArgs", { ...options, description: "The arguments of a `Provider`." }, argument),
    `
/** Marks the secret arguments as secrets. */
export function withSecrets(args: ProviderArgs): ProviderArgs {
  return { ...args, ${secrets.join(", ")} };
}
`,
  );
}

/** Returns `sdk/provider.ts`: the class of an explicit provider. */
export function providerSource({ description }: ProviderModel): string {
  return sourceOf(
    [
      PULUMI,
      'import { pluginDownloadURL, version } from "../version";',
      'import { type ProviderArgs, withSecrets } from "./provider-args";',
    ],
    `
${documentation(description)}
export class Provider extends pulumi.ProviderResource {
  /** Returns true if the given object is a \`Provider\`, even if it comes from another copy of this package. */
  static override isInstance(object: unknown): object is Provider {
    return pulumi.ProviderResource.isInstance(object) && Reflect.get(object, "__pulumiType") === "pulumi:providers:dench";
  }

  constructor(name: string, args: ProviderArgs = {}, options: pulumi.ResourceOptions = {}) {
    super("dench", name, { ...withSecrets(args) }, pulumi.mergeOptions({ version, pluginDownloadURL }, options));
  }
}
`,
  );
}
