/**
 * The wire form of the management API of a Dench workspace's gateway keys. Its vendor publishes none for them: this one is
 * assumed, after the conventions of the vendor's published API v1. Nothing outside of this folder and of
 * gateway/management/ knows its form: the provider sees the port (port.ts) alone.
 */
export * from "./errors";
export * from "./inputs";
export * from "./keys";
export * from "./operations";
export * from "./workspace";
