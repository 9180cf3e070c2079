/** The version of the Pulumi CLI for the demo and tests. Must equal the one in `tools/engine/pulumi/go.mod`. */
export const ENGINE_VERSION = "3.274.1";

/** The YAML language host. Released CLIs include it; here it is built separately. */
export const YAML_HOST = "pulumi-language-yaml";

/** The target of an installer. */
export interface Installation {
  /** The folder to install into. Programs belong in its `bin`. */
  readonly root: string;
  /** The programs that are needed. */
  readonly wanted: readonly string[];
  readonly progress: (line: string) => void;
}

/** Installs the engine. Rejects with the reason if it fails. */
export type Installer = (installation: Installation) => Promise<void>;
