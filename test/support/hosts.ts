import * as plugin from "../../sdk";
import * as dynamic from "../../sdk/dynamic";

/** The two hosts that serve a program's resources. Tests of shared behavior use both. */
export const hosts = [
  { host: "the plugin", dench: plugin },
  { host: "the dynamic provider", dench: dynamic },
];
