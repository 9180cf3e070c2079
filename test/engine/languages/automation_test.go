// Runs one command on a stack through Go's Automation API: `automation preview|up|destroy`. Compiled with the programs that
// it runs.
//
// The project is PULUMI_PROJECT in the current folder, the stack is PULUMI_STACK. What happened is told as JSON, through file
// descriptor 3.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

var programs = map[string]pulumi.RunFunc{"environments": environments, "functions": functions}

type step struct {
	Op   string `json:"op"`
	Type string `json:"type"`
	URN  string `json:"urn"`
}

type output struct {
	Value  any  `json:"value"`
	Secret bool `json:"secret"`
}

type result struct {
	Steps   []step            `json:"steps"`
	Outputs map[string]output `json:"outputs"`
}

// The binary holds no tests: it is a program that can see another one's parts.
func TestMain(*testing.M) {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(command string) error {
	ctx := context.Background()
	project := os.Getenv("PULUMI_PROJECT")
	stack, err := auto.SelectStackInlineSource(
		ctx, os.Getenv("PULUMI_STACK"), project, programs[project], auto.WorkDir("."))
	if err != nil {
		return err
	}

	occurred := make(chan events.EngineEvent)
	done := result{Steps: []step{}, Outputs: map[string]output{}}
	collected := make(chan struct{})
	go func() {
		defer close(collected)
		for event := range occurred {
			if event.ResOutputsEvent != nil {
				metadata := event.ResOutputsEvent.Metadata
				done.Steps = append(done.Steps, step{string(metadata.Op), metadata.Type, metadata.URN})
			}
		}
	}()

	switch command {
	case "up":
		var ended auto.UpResult
		ended, err = stack.Up(ctx, optup.ProgressStreams(os.Stdout), optup.EventStreams(occurred))
		for name, value := range ended.Outputs {
			done.Outputs[name] = output{value.Value, value.Secret}
		}
	case "preview":
		_, err = stack.Preview(ctx, optpreview.ProgressStreams(os.Stdout), optpreview.EventStreams(occurred))
	case "destroy":
		_, err = stack.Destroy(ctx, optdestroy.ProgressStreams(os.Stdout), optdestroy.EventStreams(occurred))
	default:
		err = fmt.Errorf("there is no command %q", command)
	}
	if err != nil {
		return err
	}
	<-collected

	return json.NewEncoder(os.NewFile(3, "told")).Encode(done)
}
