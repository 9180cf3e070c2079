// Written by `npm run generate` from the package schema.

import * as pulumi from "@pulumi/pulumi";
import { pluginDownloadURL, version } from "../version";
import type {
  GetGatewayKeyArgs,
  GetGatewayKeyOutputArgs,
  GetGatewayKeyResult,
  GetGatewayKeysArgs,
  GetGatewayKeysOutputArgs,
  GetGatewayKeysResult,
  GetKeyUsageArgs,
  GetKeyUsageOutputArgs,
  GetKeyUsageResult,
  GetWorkspaceResult,
} from "./function-types";

/** The plugin that responds, and where the engine downloads it if it is not installed. */
const plugin = { version, pluginDownloadURL };

/**
 * A gateway key of the workspace, by its id or, if it is active, by its name: what the workspace shows of it, never its
 * value.
 */
export function getGatewayKey(
  args: GetGatewayKeyArgs,
  options: pulumi.InvokeOptions = {},
): Promise<GetGatewayKeyResult> {
  return pulumi.runtime.invoke("dench:index:getGatewayKey", { ...args }, { ...plugin, ...options });
}

/** Like `getGatewayKey`, but accepts outputs as arguments and returns an output. */
export function getGatewayKeyOutput(
  args: GetGatewayKeyOutputArgs,
  options: pulumi.InvokeOutputOptions = {},
): pulumi.Output<GetGatewayKeyResult> {
  return pulumi.runtime.invokeOutput("dench:index:getGatewayKey", { ...args }, { ...plugin, ...options });
}

/**
 * The gateway keys of the workspace, newest first, without the primary sandbox key: those that nobody uses, those that
 * are too old, or all. Never their values.
 */
export function getGatewayKeys(
  args: GetGatewayKeysArgs = {},
  options: pulumi.InvokeOptions = {},
): Promise<GetGatewayKeysResult> {
  return pulumi.runtime.invoke("dench:index:getGatewayKeys", { ...args }, { ...plugin, ...options });
}

/** Like `getGatewayKeys`, but accepts outputs as arguments and returns an output. */
export function getGatewayKeysOutput(
  args: GetGatewayKeysOutputArgs = {},
  options: pulumi.InvokeOutputOptions = {},
): pulumi.Output<GetGatewayKeysResult> {
  return pulumi.runtime.invokeOutput("dench:index:getGatewayKeys", { ...args }, { ...plugin, ...options });
}

/** How much a gateway key was used in the last 30 days, in all and on each day. */
export function getKeyUsage(args: GetKeyUsageArgs, options: pulumi.InvokeOptions = {}): Promise<GetKeyUsageResult> {
  return pulumi.runtime.invoke("dench:index:getKeyUsage", { ...args }, { ...plugin, ...options });
}

/** Like `getKeyUsage`, but accepts outputs as arguments and returns an output. */
export function getKeyUsageOutput(
  args: GetKeyUsageOutputArgs,
  options: pulumi.InvokeOutputOptions = {},
): pulumi.Output<GetKeyUsageResult> {
  return pulumi.runtime.invokeOutput("dench:index:getKeyUsage", { ...args }, { ...plugin, ...options });
}

/** The workspace that the provider's token belongs to, and who calls with it. */
export function getWorkspace(options: pulumi.InvokeOptions = {}): Promise<GetWorkspaceResult> {
  return pulumi.runtime.invoke("dench:index:getWorkspace", {}, { ...plugin, ...options });
}

/** Like `getWorkspace`, but returns an output. */
export function getWorkspaceOutput(options: pulumi.InvokeOutputOptions = {}): pulumi.Output<GetWorkspaceResult> {
  return pulumi.runtime.invokeOutput("dench:index:getWorkspace", {}, { ...plugin, ...options });
}
