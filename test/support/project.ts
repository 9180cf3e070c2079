export { linkPackage as install, packageRoot as projectRoot } from "../../tools/engine/package";

/** Registers a clean-up, by default for the end of the test. */
export type CleanUp = (close: () => void | Promise<void>) => void;
