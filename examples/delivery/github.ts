import { ActionsSecret } from "@pulumi/github";
import * as dench from "pulumi-dench";

const key = new dench.GatewayKey("ci", { name: "CI", rotation: { after: "30d", overlap: "24h" } });

new ActionsSecret("ci", { repository: "shop", secretName: "DENCH_KEY", value: key.key });

export const keyId = key.keyId;
