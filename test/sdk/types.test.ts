import type * as pulumi from "@pulumi/pulumi";
import { expectTypeOf, it } from "vitest";
import type * as z from "zod";
import type { functions } from "../../provider/functions/registry";
import type { GatewayKeyInputs, GatewayKeyState } from "../../provider/resources/gateway-key/fields";
import type * as dench from "../../sdk";
import type * as dynamic from "../../sdk/dynamic";

type Functions = typeof functions;
type Args<Name extends keyof Functions> = z.input<Functions[Name]["args"]>;
type Result<Name extends keyof Functions> = Writable<z.output<Functions[Name]["result"]>>;

/** A type with all optional fields set. */
type Given<T> = T extends object ? { [Name in keyof T]-?: Given<NonNullable<T[Name]>> } : T;

/** A type without readonly arrays and objects. */
type Writable<T> = T extends object ? { -readonly [Name in keyof T]: Writable<T[Name]> } : T;

/** Arguments that may be outputs. */
type Inputs<Args> = {
  [Name in keyof Args]: undefined extends Args[Name]
    ? pulumi.Input<NonNullable<Args[Name]>> | undefined
    : pulumi.Input<Args[Name]>;
};

/** The values of a resource's outputs. */
type Values<Resource> = {
  [Name in Exclude<keyof Resource, keyof pulumi.CustomResource>]: Resource[Name] extends pulumi.Output<infer Value>
    ? Value
    : never;
};

// `npm run check` compiles this file, and fails if the types differ.
it("programs and the provider use the same types for a GatewayKey", () => {
  expectTypeOf<Given<pulumi.Unwrap<dench.GatewayKeyArgs>>>().toEqualTypeOf<Given<GatewayKeyInputs>>();
  expectTypeOf<Writable<Values<dench.GatewayKey>>>().toExtend<Required<GatewayKeyState>>();
});

it("programs and the provider use the same types for the arguments and the result of each function", () => {
  expectTypeOf<dench.GetGatewayKeyArgs>().toEqualTypeOf<Args<"getGatewayKey">>();
  expectTypeOf<dench.GetGatewayKeysArgs>().toEqualTypeOf<Args<"getGatewayKeys">>();
  expectTypeOf<dench.GetKeyUsageArgs>().toEqualTypeOf<Args<"getKeyUsage">>();
  expectTypeOf<dench.GetGatewayKeyOutputArgs>().toEqualTypeOf<Inputs<Args<"getGatewayKey">>>();
  expectTypeOf<dench.GetGatewayKeysOutputArgs>().toEqualTypeOf<Inputs<Args<"getGatewayKeys">>>();
  expectTypeOf<dench.GetKeyUsageOutputArgs>().toEqualTypeOf<Inputs<Args<"getKeyUsage">>>();
  expectTypeOf<Writable<dench.GetGatewayKeyResult>>().toEqualTypeOf<Result<"getGatewayKey">>();
  expectTypeOf<Writable<dench.GetGatewayKeysResult>>().toEqualTypeOf<Result<"getGatewayKeys">>();
  expectTypeOf<Writable<dench.GetKeyUsageResult>>().toEqualTypeOf<Result<"getKeyUsage">>();
  expectTypeOf<Writable<dench.GetWorkspaceResult>>().toEqualTypeOf<Result<"getWorkspace">>();
});

it("both entries have the same functions", () => {
  expectTypeOf<typeof dynamic.getGatewayKey>().toEqualTypeOf<typeof dench.getGatewayKey>();
  expectTypeOf<typeof dynamic.getGatewayKeyOutput>().toEqualTypeOf<typeof dench.getGatewayKeyOutput>();
  expectTypeOf<typeof dynamic.getGatewayKeys>().toEqualTypeOf<typeof dench.getGatewayKeys>();
  expectTypeOf<typeof dynamic.getGatewayKeysOutput>().toEqualTypeOf<typeof dench.getGatewayKeysOutput>();
  expectTypeOf<typeof dynamic.getKeyUsage>().toEqualTypeOf<typeof dench.getKeyUsage>();
  expectTypeOf<typeof dynamic.getKeyUsageOutput>().toEqualTypeOf<typeof dench.getKeyUsageOutput>();
  expectTypeOf<typeof dynamic.getWorkspace>().toEqualTypeOf<typeof dench.getWorkspace>();
  expectTypeOf<typeof dynamic.getWorkspaceOutput>().toEqualTypeOf<typeof dench.getWorkspaceOutput>();
});
