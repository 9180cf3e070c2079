/** The Pulumi CLI that demo and tests run. `tools/engine/pulumi/go.mod` names the same one. */
export const ENGINE_VERSION = "3.274.1";

/** The host of YAML programs: a part of every released CLI, a program of its own when built here. */
export const YAML_HOST = "pulumi-language-yaml";

/** What a way of getting an engine is told. */
export interface Installation {
  /** The folder to fill: the programs go to its `bin`. */
  readonly root: string;
  /** The programs that are missing now. */
  readonly wanted: readonly string[];
  readonly progress: (line: string) => void;
}

/** A way of getting an engine. Rejects with a text that says why it could not. */
export type Installer = (installation: Installation) => Promise<void>;
