export const version = "0.1.0";

/** Where the engine gets the plugin of this version by itself: the releases of this repository. */
export const pluginDownloadURL = "github://api.github.com/DenchHQ/pulumi-dench";
