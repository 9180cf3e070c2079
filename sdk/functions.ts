import * as pulumi from "@pulumi/pulumi";
import { version } from "../version";
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

/**
 * A gateway key of the workspace, by its id or, if it is active, by its name: what the workspace shows of it, never its
 * value.
 */
export function getGatewayKey(
  args: GetGatewayKeyArgs,
  options: pulumi.InvokeOptions = {},
): Promise<GetGatewayKeyResult> {
  return pulumi.runtime.invoke("dench:index:getGatewayKey", { ...args }, { version, ...options });
}

export function getGatewayKeyOutput(
  args: GetGatewayKeyOutputArgs,
  options: pulumi.InvokeOutputOptions = {},
): pulumi.Output<GetGatewayKeyResult> {
  return pulumi.runtime.invokeOutput("dench:index:getGatewayKey", { ...args }, { version, ...options });
}

/**
 * The gateway keys of the workspace, newest first, without the primary sandbox key: those that nobody uses, those that
 * are too old, or all. Never their values.
 */
export function getGatewayKeys(
  args: GetGatewayKeysArgs = {},
  options: pulumi.InvokeOptions = {},
): Promise<GetGatewayKeysResult> {
  return pulumi.runtime.invoke("dench:index:getGatewayKeys", { ...args }, { version, ...options });
}

export function getGatewayKeysOutput(
  args: GetGatewayKeysOutputArgs = {},
  options: pulumi.InvokeOutputOptions = {},
): pulumi.Output<GetGatewayKeysResult> {
  return pulumi.runtime.invokeOutput("dench:index:getGatewayKeys", { ...args }, { version, ...options });
}

/** How much a gateway key was used in the last 30 days, in all and on each day. */
export function getKeyUsage(args: GetKeyUsageArgs, options: pulumi.InvokeOptions = {}): Promise<GetKeyUsageResult> {
  return pulumi.runtime.invoke("dench:index:getKeyUsage", { ...args }, { version, ...options });
}

export function getKeyUsageOutput(
  args: GetKeyUsageOutputArgs,
  options: pulumi.InvokeOutputOptions = {},
): pulumi.Output<GetKeyUsageResult> {
  return pulumi.runtime.invokeOutput("dench:index:getKeyUsage", { ...args }, { version, ...options });
}

/** The workspace that the provider's token belongs to, and who calls with it. */
export function getWorkspace(options: pulumi.InvokeOptions = {}): Promise<GetWorkspaceResult> {
  return pulumi.runtime.invoke("dench:index:getWorkspace", {}, { version, ...options });
}

export function getWorkspaceOutput(options: pulumi.InvokeOutputOptions = {}): pulumi.Output<GetWorkspaceResult> {
  return pulumi.runtime.invokeOutput("dench:index:getWorkspace", {}, { version, ...options });
}
