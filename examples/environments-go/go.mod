module environments

// The version that Pulumi's SDK requires.
go 1.26.6

require (
	github.com/DenchHQ/pulumi-dench/sdk/go v0.1.0
	github.com/pulumi/pulumi/sdk/v3 v3.274.1
)

// The SDK as `npm run sdks` writes it.
replace github.com/DenchHQ/pulumi-dench/sdk/go => ../../dist/sdks/go
