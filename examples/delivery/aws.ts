import { Secret, SecretVersion } from "@pulumi/aws/secretsmanager";
import * as dench from "pulumi-dench";

const key = new dench.GatewayKey("shop", { name: "Shop", rotation: { after: "30d", overlap: "24h" } });

const secret = new Secret("shop", { name: "shop/dench" });

new SecretVersion("shop", { secretId: secret.id, secretString: key.key });

export const keyId = key.keyId;
