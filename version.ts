export const version = "0.1.0";

/** The address from which the engine downloads the plugin: the releases of this repository. */
export const pluginDownloadURL = "github://api.github.com/DenchHQ/pulumi-dench";
