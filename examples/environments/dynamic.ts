// The same program with the dynamic provider, which needs no plugin. To run it, set `main` in package.json to dynamic.ts.
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
