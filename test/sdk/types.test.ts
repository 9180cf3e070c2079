import type * as pulumi from "@pulumi/pulumi";
import { expectTypeOf, it } from "vitest";
import type * as z from "zod";
import type { functions } from "../../provider/functions/registry";
import type { GatewayKeyInputs, GatewayKeyState } from "../../provider/resources/gateway-key/fields";
import type * as dench from "../../sdk";
import type * as dynamic from "../../sdk/dynamic";

type Functions = typeof functions;
type Args<Name extends keyof Functions> = z.input<Functions[Name]["args"]>;
type Answer<Name extends keyof Functions> = Writable<z.output<Functions[Name]["answer"]>>;

/** With everything that may be left out. */
type Given<T> = T extends object ? { [Name in keyof T]-?: Given<NonNullable<T[Name]>> } : T;

/** Arrays and objects that nobody promises to leave as they are. */
type Writable<T> = T extends object ? { -readonly [Name in keyof T]: Writable<T[Name]> } : T;

/** Arguments of which each may be an output. */
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

// Compiled by `npm run check`, which fails where they differ.
it("a program and the provider mean the same by a GatewayKey", () => {
  expectTypeOf<Given<pulumi.Unwrap<dench.GatewayKeyArgs>>>().toEqualTypeOf<Given<GatewayKeyInputs>>();
  expectTypeOf<Writable<Values<dench.GatewayKey>>>().toExtend<Required<GatewayKeyState>>();
});

it("a program and the provider mean the same by the arguments and the answer of each function", () => {
  expectTypeOf<dench.GetGatewayKeyArgs>().toEqualTypeOf<Args<"getGatewayKey">>();
  expectTypeOf<dench.GetGatewayKeysArgs>().toEqualTypeOf<Args<"getGatewayKeys">>();
  expectTypeOf<dench.GetKeyUsageArgs>().toEqualTypeOf<Args<"getKeyUsage">>();
  expectTypeOf<dench.GetGatewayKeyOutputArgs>().toEqualTypeOf<Inputs<Args<"getGatewayKey">>>();
  expectTypeOf<dench.GetGatewayKeysOutputArgs>().toEqualTypeOf<Inputs<Args<"getGatewayKeys">>>();
  expectTypeOf<dench.GetKeyUsageOutputArgs>().toEqualTypeOf<Inputs<Args<"getKeyUsage">>>();
  expectTypeOf<Writable<dench.GetGatewayKeyResult>>().toEqualTypeOf<Answer<"getGatewayKey">>();
  expectTypeOf<Writable<dench.GetGatewayKeysResult>>().toEqualTypeOf<Answer<"getGatewayKeys">>();
  expectTypeOf<Writable<dench.GetKeyUsageResult>>().toEqualTypeOf<Answer<"getKeyUsage">>();
  expectTypeOf<Writable<dench.GetWorkspaceResult>>().toEqualTypeOf<Answer<"getWorkspace">>();
});

it("a program calls each function the same way, whichever entry it takes", () => {
  expectTypeOf<typeof dynamic.getGatewayKey>().toEqualTypeOf<typeof dench.getGatewayKey>();
  expectTypeOf<typeof dynamic.getGatewayKeyOutput>().toEqualTypeOf<typeof dench.getGatewayKeyOutput>();
  expectTypeOf<typeof dynamic.getGatewayKeys>().toEqualTypeOf<typeof dench.getGatewayKeys>();
  expectTypeOf<typeof dynamic.getGatewayKeysOutput>().toEqualTypeOf<typeof dench.getGatewayKeysOutput>();
  expectTypeOf<typeof dynamic.getKeyUsage>().toEqualTypeOf<typeof dench.getKeyUsage>();
  expectTypeOf<typeof dynamic.getKeyUsageOutput>().toEqualTypeOf<typeof dench.getKeyUsageOutput>();
  expectTypeOf<typeof dynamic.getWorkspace>().toEqualTypeOf<typeof dench.getWorkspace>();
  expectTypeOf<typeof dynamic.getWorkspaceOutput>().toEqualTypeOf<typeof dench.getWorkspaceOutput>();
});
