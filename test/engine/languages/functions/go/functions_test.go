package main

import (
	"github.com/DenchHQ/pulumi-dench/sdk/go/dench"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func functions(ctx *pulumi.Context) error {
	keyID := config.Require(ctx, "keyId")
	workspace, err := dench.GetWorkspace(ctx)
	if err != nil {
		return err
	}
	usage, err := dench.GetKeyUsage(ctx, &dench.GetKeyUsageArgs{KeyId: keyID})
	if err != nil {
		return err
	}
	byID := dench.LookupGatewayKeyOutput(ctx, dench.LookupGatewayKeyOutputArgs{KeyId: pulumi.String(keyID)})
	byName := dench.LookupGatewayKeyOutput(ctx, dench.LookupGatewayKeyOutputArgs{Name: byID.Name()})
	all := dench.GetGatewayKeysOutput(ctx, dench.GetGatewayKeysOutputArgs{IncludeRevoked: pulumi.Bool(true)})

	ctx.Export("workspace", pulumi.String(workspace.Slug))
	ctx.Export("status", byID.Status())
	ctx.Export("idByName", byName.Id())
	ctx.Export("newest", all.Keys().Index(pulumi.Int(0)).Name())
	ctx.Export("requests", pulumi.Int(usage.Requests))
	ctx.Export("today", pulumi.Int(usage.Daily[29].Requests))
	return nil
}
