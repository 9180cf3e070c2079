/**
 * The management API of a Dench workspace's gateway keys. Its vendor publishes none for them: this one is assumed, after
 * the conventions of the vendor's published API v1. Everything that knows its form stands in this folder.
 */
export * from "./errors";
export * from "./keys";
export * from "./operations";
export * from "./workspace";
