// The same program, served by Pulumi's dynamic provider: nothing but npm packages has to be installed. To run it, put
// `main: dynamic.ts` into Pulumi.yaml.
import * as pulumi from "@pulumi/pulumi";
import * as dench from "pulumi-dench/dynamic";

const environment = pulumi.getStack();
const config = new pulumi.Config();

const gateway = new dench.GatewayKey("gateway", {
  name: `Shop ${environment}`,
  scopes: config.requireObject<string[]>("scopes"),
  rotation: {
    triggers: { team: config.require("team") },
    overlap: config.require("overlap"),
  },
});

export const key = gateway.key;
export const keyId = gateway.keyId;
