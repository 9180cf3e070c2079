import type { Example } from "./example";

/** A function call. Its programs differ only in names. */
interface Call {
  readonly title: string;
  readonly name: string;
  readonly args: Readonly<Record<string, string | number>>;
  /** The name of the variable for the result. */
  readonly variable: string;
  /** The field of the result that the program exports. */
  readonly field: string;
}

export const functionExamples: Readonly<Record<string, readonly Example[]>> = {
  "dench:index:getGatewayKey": [
    exampleOf({
      title: "Read the last use of a key",
      name: "getGatewayKey",
      args: { name: "CI/CD" },
      variable: "ci",
      field: "lastUsedAt",
    }),
  ],
  "dench:index:getGatewayKeys": [
    exampleOf({
      title: "List the keys that were not used for 90 days",
      name: "getGatewayKeys",
      args: { unusedForDays: 90 },
      variable: "unused",
      field: "keys",
    }),
  ],
  "dench:index:getKeyUsage": [
    exampleOf({
      title: "Read the cost of a key in the last 30 days",
      name: "getKeyUsage",
      args: { keyId: "key_123" },
      variable: "usage",
      field: "costUsd",
    }),
  ],
  "dench:index:getWorkspace": [
    exampleOf({
      title: "Read the workspace of the token",
      name: "getWorkspace",
      args: {},
      variable: "workspace",
      field: "slug",
    }),
  ],
};

function exampleOf(call: Call): Example {
  return {
    title: call.title,
    programs: {
      typescript: typescript(call),
      python: python(call),
      go: go(call),
      csharp: csharp(call),
      java: java(call),
      yaml: yaml(call),
    },
  };
}

function typescript({ name, args, variable, field }: Call): string {
  return `
import * as dench from "pulumi-dench";

const ${variable} = dench.${name}Output(${braced(args, (key, value) => `${key}: ${value}`)});

export const ${field} = ${variable}.${field};
`;
}

function python({ name, args, variable, field }: Call): string {
  return `
import pulumi
import pulumi_dench as dench

${variable} = dench.${snakeCase(name)}_output(${listed(args, (key, value) => `${snakeCase(key)}=${value}`)})

pulumi.export("${field}", ${variable}.${snakeCase(field)})
`;
}

function go({ name, args, variable, field }: Call): string {
  const given = listed(
    args,
    (key, value) => `${pascalCase(key)}: ${typeof args[key] === "number" ? "pulumi.Int" : "pulumi.String"}(${value})`,
  );
  // In Go, the resource's `get` function already has this name.
  const called = name === "getGatewayKey" ? "LookupGatewayKey" : pascalCase(name);
  return `
package main

import (
	"github.com/DenchHQ/pulumi-dench/sdk/go/dench"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		${variable} := dench.${called}Output(ctx${given === "" ? "" : `, dench.${called}OutputArgs{${given}}`})
		ctx.Export("${field}", ${variable}.${pascalCase(field)}())
		return nil
	})
}
`;
}

function csharp({ name, args, variable, field }: Call): string {
  const given = braced(args, (key, value) => `${pascalCase(key)} = ${value}`);
  return `
using System.Collections.Generic;
using Pulumi;
using PulumiDench.Dench;

return await Deployment.RunAsync(() =>
{
    var ${variable} = ${pascalCase(name)}.Invoke(${given === "" ? "" : `new() ${given}`});

    return new Dictionary<string, object?>
    {
        ["${field}"] = ${variable}.Apply(result => result.${pascalCase(field)}),
    };
});
`;
}

function java({ name, args, variable, field }: Call): string {
  const type = `${pascalCase(name)}Args`;
  const setters = Object.entries(args).map(([key, value]) => `.${key}(${JSON.stringify(value)})`);
  const [imported, given] =
    setters.length === 0
      ? ["", ""]
      : [`import io.github.pulumidench.dench.inputs.${type};\n`, `${type}.builder()${setters.join("")}.build()`];
  return `
package app;

import com.pulumi.Pulumi;
import io.github.pulumidench.dench.DenchFunctions;
${imported}
public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            var ${variable} = DenchFunctions.${name}(${given});

            ctx.export("${field}", ${variable}.applyValue(result -> result.${field}()));
        });
    }
}
`;
}

function yaml({ name, args, variable, field }: Call): string {
  const given = Object.entries(args).map(([key, value]) => `        ${key}: ${value}`);
  return `
variables:
  ${variable}:
    fn::invoke:
      function: dench:${name}
${given.length === 0 ? "" : ["      arguments:", ...given, ""].join("\n")}outputs:
  ${field}: \${${variable}.${field}}
`;
}

function listed(args: Call["args"], written: (key: string, value: string) => string): string {
  return Object.entries(args)
    .map(([key, value]) => written(key, JSON.stringify(value)))
    .join(", ");
}

function braced(args: Call["args"], written: (key: string, value: string) => string): string {
  const fields = listed(args, written);
  return fields === "" ? "" : `{ ${fields} }`;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function pascalCase(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
