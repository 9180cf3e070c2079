import * as pulumi from "@pulumi/pulumi";
import * as dench from "pulumi-dench";

// Each stack is an environment with its own key. The stack config sets the scopes, the rotation trigger and the overlap.
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

export const key = gateway.key; // secret: pass it to what calls the gateway
export const keyId = gateway.keyId;
