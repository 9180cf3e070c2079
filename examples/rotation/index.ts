import * as pulumi from "@pulumi/pulumi";
import * as dench from "pulumi-dench";

const config = new pulumi.Config();

// Someone leaves the team: `pulumi config set team 2026-07`, and the next `up` gives this key a new value. For a day the old
// one works too, so that nothing has to change at the same moment.
const api = new dench.GatewayKey("api", {
  name: "API",
  rotation: {
    triggers: { team: config.require("team") },
    overlap: "24h",
  },
});

// Each month, by an `up` that a schedule runs every day. One that is still in use when its day is over is kept, and named
// in a warning, until it is not.
const worker = new dench.GatewayKey("worker", {
  name: "Worker",
  rotation: { after: "30d", overlap: "24h" },
  keepIfUsedWithin: "1h",
});

// A value has leaked: `pulumi config set incident INC-1234`, and the next `up` ends it and its overlap at once.
const edge = new dench.GatewayKey("edge", {
  name: "Edge",
  rotation: { overlap: "24h" },
  compromised: config.get("incident"),
});

export const keys = { api: api.key, worker: worker.key, edge: edge.key };
