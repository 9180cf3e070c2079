// Written by `npm run generate` from the package schema.

import type * as pulumi from "@pulumi/pulumi";
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
} from "../function-types";
import { call, callOutput } from "./call";

/**
 * A gateway key of the workspace, by its id or, if it is active, by its name: what the workspace shows of it, never its
 * value.
 */
export function getGatewayKey(
  args: GetGatewayKeyArgs,
  options: pulumi.InvokeOptions = {},
): Promise<GetGatewayKeyResult> {
  return call((functions) => functions.getGatewayKey, { ...args }, options);
}

/** Like `getGatewayKey`, but accepts outputs as arguments and returns an output. */
export function getGatewayKeyOutput(
  args: GetGatewayKeyOutputArgs,
  options: pulumi.InvokeOutputOptions = {},
): pulumi.Output<GetGatewayKeyResult> {
  return callOutput((functions) => functions.getGatewayKey, { ...args }, options);
}

/**
 * The gateway keys of the workspace, newest first, without the primary sandbox key: those that nobody uses, those that
 * are too old, or all. Never their values.
 */
export function getGatewayKeys(
  args: GetGatewayKeysArgs = {},
  options: pulumi.InvokeOptions = {},
): Promise<GetGatewayKeysResult> {
  return call((functions) => functions.getGatewayKeys, { ...args }, options);
}

/** Like `getGatewayKeys`, but accepts outputs as arguments and returns an output. */
export function getGatewayKeysOutput(
  args: GetGatewayKeysOutputArgs = {},
  options: pulumi.InvokeOutputOptions = {},
): pulumi.Output<GetGatewayKeysResult> {
  return callOutput((functions) => functions.getGatewayKeys, { ...args }, options);
}

/** How much a gateway key was used in the last 30 days, in all and on each day. */
export function getKeyUsage(args: GetKeyUsageArgs, options: pulumi.InvokeOptions = {}): Promise<GetKeyUsageResult> {
  return call((functions) => functions.getKeyUsage, { ...args }, options);
}

/** Like `getKeyUsage`, but accepts outputs as arguments and returns an output. */
export function getKeyUsageOutput(
  args: GetKeyUsageOutputArgs,
  options: pulumi.InvokeOutputOptions = {},
): pulumi.Output<GetKeyUsageResult> {
  return callOutput((functions) => functions.getKeyUsage, { ...args }, options);
}

/** The workspace that the provider's token belongs to, and who calls with it. */
export function getWorkspace(options: pulumi.InvokeOptions = {}): Promise<GetWorkspaceResult> {
  return call((functions) => functions.getWorkspace, {}, options);
}

/** Like `getWorkspace`, but returns an output. */
export function getWorkspaceOutput(options: pulumi.InvokeOutputOptions = {}): pulumi.Output<GetWorkspaceResult> {
  return callOutput((functions) => functions.getWorkspace, {}, options);
}
