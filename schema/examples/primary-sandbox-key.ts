import type { Example } from "./example";

export const primarySandboxKeyExamples: readonly Example[] = [
  {
    title: "Manage the primary sandbox key and rotate it quarterly",
    programs: {
      typescript: `
import * as dench from "pulumi-dench";

const sandbox = new dench.PrimarySandboxKey("sandbox", {
    rotation: { after: "90d" },
});

export const key = sandbox.key;
`,
      python: `
import pulumi
import pulumi_dench as dench

sandbox = dench.PrimarySandboxKey("sandbox", rotation={
    "after": "90d",
})

pulumi.export("key", sandbox.key)
`,
      go: `
package main

import (
	"github.com/DenchHQ/pulumi-dench/sdk/go/dench"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		sandbox, err := dench.NewPrimarySandboxKey(ctx, "sandbox", &dench.PrimarySandboxKeyArgs{
			Rotation: &dench.PrimaryKeyRotationArgs{
				After: pulumi.String("90d"),
			},
		})
		if err != nil {
			return err
		}
		ctx.Export("key", sandbox.Key)
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
    var sandbox = new PrimarySandboxKey("sandbox", new()
    {
        Rotation = new PrimaryKeyRotationArgs
        {
            After = "90d",
        },
    });

    return new Dictionary<string, object?>
    {
        ["key"] = sandbox.Key,
    };
});
`,
      java: `
package app;

import com.pulumi.Pulumi;
import io.github.pulumidench.dench.PrimarySandboxKey;
import io.github.pulumidench.dench.PrimarySandboxKeyArgs;
import io.github.pulumidench.dench.inputs.PrimaryKeyRotationArgs;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            var sandbox = new PrimarySandboxKey("sandbox", PrimarySandboxKeyArgs.builder()
                .rotation(PrimaryKeyRotationArgs.builder()
                    .after("90d")
                    .build())
                .build());

            ctx.export("key", sandbox.key());
        });
    }
}
`,
      yaml: `
resources:
  sandbox:
    type: dench:PrimarySandboxKey
    properties:
      rotation:
        after: 90d
outputs:
  key: \${sandbox.key}
`,
    },
  },
];
