/**
 * The wire form of the management API for the gateway keys of a Dench workspace. The vendor publishes no such API: this one is
 * an assumption that follows the conventions of the vendor's API v1. Only this folder and gateway/management/ depend on it. The
 * provider depends on the port (port.ts).
 */
export * from "./errors";
export * from "./inputs";
export * from "./keys";
export * from "./operations";
export * from "./workspace";
