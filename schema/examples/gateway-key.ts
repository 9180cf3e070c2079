import type { Example } from "./example";

export const gatewayKeyExamples: readonly Example[] = [
  {
    title: "Create a key and rotate it monthly",
    programs: {
      typescript: `
import * as dench from "pulumi-dench";

const ci = new dench.GatewayKey("ci", {
    name: "CI/CD",
    scopes: ["models:read", "chat:completions"],
    rotation: {
        after: "30d",
        overlap: "24h",
    },
});

export const key = ci.key;
`,
      python: `
import pulumi
import pulumi_dench as dench

ci = dench.GatewayKey("ci",
    name="CI/CD",
    scopes=["models:read", "chat:completions"],
    rotation={
        "after": "30d",
        "overlap": "24h",
    })

pulumi.export("key", ci.key)
`,
      go: `
package main

import (
	"github.com/DenchHQ/pulumi-dench/sdk/go/dench"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		ci, err := dench.NewGatewayKey(ctx, "ci", &dench.GatewayKeyArgs{
			Name:   pulumi.String("CI/CD"),
			Scopes: pulumi.ToStringArray([]string{"models:read", "chat:completions"}),
			Rotation: &dench.KeyRotationArgs{
				After:   pulumi.String("30d"),
				Overlap: pulumi.String("24h"),
			},
		})
		if err != nil {
			return err
		}
		ctx.Export("key", ci.Key)
		return nil
	})
}
`,
      csharp: `
using System.Collections.Generic;
using Pulumi;
using PulumiDench.Dench;
using PulumiDench.Dench.Inputs;

return await Deployment.RunAsync(() =>
{
    var ci = new GatewayKey("ci", new()
    {
        Name = "CI/CD",
        Scopes = new[] { "models:read", "chat:completions" },
        Rotation = new KeyRotationArgs
        {
            After = "30d",
            Overlap = "24h",
        },
    });

    return new Dictionary<string, object?>
    {
        ["key"] = ci.Key,
    };
});
`,
      java: `
package app;

import com.pulumi.Pulumi;
import io.github.pulumidench.dench.GatewayKey;
import io.github.pulumidench.dench.GatewayKeyArgs;
import io.github.pulumidench.dench.inputs.KeyRotationArgs;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            var ci = new GatewayKey("ci", GatewayKeyArgs.builder()
                .name("CI/CD")
                .scopes("models:read", "chat:completions")
                .rotation(KeyRotationArgs.builder()
                    .after("30d")
                    .overlap("24h")
                    .build())
                .build());

            ctx.export("key", ci.key());
        });
    }
}
`,
      yaml: `
resources:
  ci:
    type: dench:GatewayKey
    properties:
      name: CI/CD
      scopes:
        - models:read
        - chat:completions
      rotation:
        after: 30d
        overlap: 24h
outputs:
  key: \${ci.key}
`,
    },
  },
];
