import * as pulumi from "@pulumi/pulumi";
import * as dench from "pulumi-dench";

const config = new pulumi.Config();

// When someone leaves the team, run `pulumi config set team 2026-07`. The next update creates a new value. The old value stays
// valid for a day, so that its users have time to switch.
const api = new dench.GatewayKey("api", {
  name: "API",
  rotation: {
    triggers: { team: config.require("team") },
    overlap: "24h",
  },
});

// A schedule runs `pulumi up` every day, and the key is rotated each month. If the old value is still in use when the overlap
// ends, it is kept, with a warning.
const worker = new dench.GatewayKey("worker", {
  name: "Worker",
  rotation: { after: "30d", overlap: "24h" },
  keepIfUsedWithin: "1h",
});

// When a value has leaked, run `pulumi config set incident INC-1234`. The next update creates a new value and revokes the
// others, without an overlap.
const edge = new dench.GatewayKey("edge", {
  name: "Edge",
  rotation: { overlap: "24h" },
  compromised: config.get("incident"),
});

export const keys = { api: api.key, worker: worker.key, edge: edge.key };
