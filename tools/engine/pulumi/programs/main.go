// Generates the program that `pulumi import` prints for the gateway keys of an exported state, which it reads from stdin:
// `go run ./programs SCHEMA LANGUAGE`. The command itself requires the language hosts of a released CLI.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/hcl/v2"
	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/pkg/v3/importer"
	pkgresource "github.com/pulumi/pulumi/pkg/v3/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

type generator = func(*pcl.Program) (map[string][]byte, hcl.Diagnostics, error)

var languages = map[string]generator{
	"nodejs": nodejs.GenerateProgram,
	"python": python.GenerateProgram,
	"go":     gogen.GenerateProgram,
}

type export struct {
	Deployment struct {
		Resources []struct {
			URN      resource.URN
			Type     tokens.Type
			ID       resource.ID
			Inputs   map[string]any
			Protect  bool
			Provider string
		}
	}
}

// Loads the same package for each descriptor. The methods that it inherits are deprecated, and nothing calls them.
type onePackage struct {
	schema.ReferenceLoader
	pkg *schema.Package
}

func (l onePackage) LoadPackageV2(context.Context, *schema.PackageDescriptor) (*schema.Package, error) {
	return l.pkg, nil
}

func (l onePackage) LoadPackageReferenceV2(
	context.Context, *schema.PackageDescriptor,
) (schema.PackageReference, error) {
	return l.pkg.Reference(), nil
}

func main() {
	if len(os.Args) != 3 || languages[os.Args[2]] == nil {
		fail(fmt.Errorf("usage: %s SCHEMA nodejs|python|go", os.Args[0]))
	}
	if err := run(os.Args[1], languages[os.Args[2]]); err != nil {
		fail(err)
	}
}

func run(schemaFile string, generate generator) error {
	pkg, err := packageIn(schemaFile)
	if err != nil {
		return err
	}
	var exported export
	if err := json.NewDecoder(os.Stdin).Decode(&exported); err != nil {
		return err
	}
	var all, keys []*pkgresource.State
	for _, each := range exported.Deployment.Resources {
		inputs := resource.NewPropertyMapFromMap(each.Inputs)
		state := &pkgresource.State{
			Type: each.Type, URN: each.URN, ID: each.ID, Custom: true, Inputs: inputs, Outputs: inputs,
			Protect: each.Protect, Provider: each.Provider,
		}
		all = append(all, state)
		if each.Type == "dench:index:GatewayKey" {
			keys = append(keys, state)
		}
	}
	loader := onePackage{pkg: pkg}
	write := func(out io.Writer, program *pcl.Program) error {
		files, diagnostics, err := generate(program)
		if err != nil {
			return err
		}
		if diagnostics.HasErrors() {
			return diagnostics
		}
		for _, content := range files {
			if _, err := out.Write(content); err != nil {
				return err
			}
		}
		return nil
	}
	return importer.GenerateLanguageDefinitions(os.Stdout, loader, write, keys, all, importer.NameTable{})
}

func packageIn(schemaFile string) (*schema.Package, error) {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	pkg, diagnostics, err := schema.BindSpec(spec, schema.NewNullLoader(), schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	return pkg, nil
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
