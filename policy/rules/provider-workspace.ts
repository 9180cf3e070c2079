import * as z from "zod";
import { isGatewayKey, isPrimaryKey, UNKNOWN } from "../resources";
import { defineRule } from "../rule";

/** The option of the plugin's provider, and of the dynamic one. */
const Inputs = z.object({ workspace: z.string().nullish(), "dench:workspace": z.string().nullish() });

/** The stack config applies to default providers only. The environment variable applies to all. */
export const providerWorkspace = defineRule({
  name: "provider-workspace",
  description: "The provider accepts only tokens of one workspace.",
  Settings: z.strictObject({}),
  check(resource) {
    const { provider, stackWorkspace } = resource;
    if (!isGatewayKey(resource) && !isPrimaryKey(resource)) return [];
    if (process.env["DENCH_WORKSPACE"]) return [];
    const isDefault = provider === undefined || /^default(_|$)/.test(provider.name);
    if (isDefault) {
      if (stackWorkspace === UNKNOWN || stackWorkspace) return [];
      return ["Run `pulumi config set dench:workspace SLUG`."];
    }
    const inputs = Inputs.parse(provider.inputs);
    if (inputs.workspace || inputs["dench:workspace"]) return [];
    return [`The provider ${provider.name} accepts a token of any workspace. Set its argument \`workspace\`.`];
  },
});
