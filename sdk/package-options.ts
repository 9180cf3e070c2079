import { version } from "../version";

/** Options of every resource of this package: the plugin of the same version serves it. */
export const packageOptions = { version };
