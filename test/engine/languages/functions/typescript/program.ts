import * as pulumi from "@pulumi/pulumi";
import type * as plugin from "../../../../../sdk";
import type * as dynamic from "../../../../../sdk/dynamic";

export async function askEveryFunction(dench: typeof plugin | typeof dynamic): Promise<Record<string, unknown>> {
  const keyId = new pulumi.Config().require("keyId");
  const workspace = await dench.getWorkspace();
  const usage = await dench.getKeyUsage({ keyId });
  const byId = dench.getGatewayKeyOutput({ keyId });
  return {
    workspace: workspace.slug,
    status: byId.status,
    idByName: dench.getGatewayKeyOutput({ name: byId.name }).id,
    newest: dench.getGatewayKeysOutput({ includeRevoked: true }).keys[0]?.name,
    requests: usage.requests,
    today: usage.daily[29]?.requests,
  };
}
