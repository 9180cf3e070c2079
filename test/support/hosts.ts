import * as plugin from "../../sdk";
import * as dynamic from "../../sdk/dynamic";

/** The two ways to serve a program's resources: what they share is tested through both. */
export const hosts = [
  { host: "the plugin", dench: plugin },
  { host: "the dynamic provider", dench: dynamic },
];
