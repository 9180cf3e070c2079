import { Deployment } from "@pulumi/kubernetes/apps/v1";
import { Secret } from "@pulumi/kubernetes/core/v1";
import * as dench from "pulumi-dench";

const key = new dench.GatewayKey("shop", { name: "Shop", rotation: { after: "30d", overlap: "24h" } });

const secret = new Secret("shop", { metadata: { name: "shop-dench" }, stringData: { DENCH_KEY: key.key } });

const labels = { app: "shop" };

new Deployment("shop", {
  metadata: { name: "shop" },
  spec: {
    replicas: 2,
    selector: { matchLabels: labels },
    template: {
      // Kubernetes starts new pods when an annotation changes. The ID of the key changes exactly when its value does.
      metadata: { labels, annotations: { "dench.com/key-id": key.keyId } },
      spec: {
        containers: [
          { name: "shop", image: "ghcr.io/acme/shop:1", envFrom: [{ secretRef: { name: secret.metadata.name } }] },
        ],
      },
    },
  },
});

export const keyId = key.keyId;
