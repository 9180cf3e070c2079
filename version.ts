export const version = "0.1.0";

/** The address from which the engine downloads the plugin: the releases of this repository. */
export const pluginDownloadURL = "github://api.github.com/DenchHQ/pulumi-dench";

/** The page of the repository that publishes releases. */
export const repository = pluginDownloadURL.replace("github://api.github.com/", "https://github.com/");
