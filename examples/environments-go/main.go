package main

import (
	"github.com/DenchHQ/pulumi-dench/sdk/go/dench"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

// environments declares one key per stack. The stack config sets the scopes, the rotation trigger and the overlap.
func environments(ctx *pulumi.Context) error {
	settings := config.New(ctx, "")
	var scopes []string
	settings.RequireObject("scopes", &scopes)

	gateway, err := dench.NewGatewayKey(ctx, "gateway", &dench.GatewayKeyArgs{
		Name:   pulumi.String("Shop " + ctx.Stack()),
		Scopes: pulumi.ToStringArray(scopes),
		Rotation: &dench.KeyRotationArgs{
			Triggers: pulumi.StringMap{"team": pulumi.String(settings.Require("team"))},
			Overlap:  pulumi.String(settings.Require("overlap")),
		},
	})
	if err != nil {
		return err
	}

	ctx.Export("key", gateway.Key) // secret: pass it to what calls the gateway
	ctx.Export("keyId", gateway.KeyId)
	return nil
}

func main() {
	pulumi.Run(environments)
}
