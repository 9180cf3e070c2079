import * as pulumi from "@pulumi/pulumi";
import * as dench from "pulumi-dench";

// Each stack is an environment with a key of its own. What the key may do, and when it gets a new value, stands in the
// stack's config.
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

export const key = gateway.key; // secret: hand it to what calls the gateway
export const keyId = gateway.keyId;
