export { linkPackage as install, packageRoot as projectRoot } from "../../tools/engine/package";

/** Where what a test opens is noted to be closed: by default when the test is over. */
export type CleanUp = (close: () => void | Promise<void>) => void;
