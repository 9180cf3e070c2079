"""Runs one command on a stack through Python's Automation API: `automation.py preview|up|destroy`.

The project is PULUMI_PROJECT in the current folder, the stack is PULUMI_STACK. What happened is told as JSON, through file
descriptor 3.
"""

import json
import os
import runpy
import sys

from pulumi import automation

(command,) = sys.argv[1:]
stack = automation.select_stack(
    stack_name=os.environ["PULUMI_STACK"],
    project_name=os.environ["PULUMI_PROJECT"],
    program=lambda: runpy.run_path("__main__.py"),
    opts=automation.LocalWorkspaceOptions(work_dir=os.getcwd()),
)

steps = []


def on_event(event):
    if event.res_outputs_event:
        metadata = event.res_outputs_event.metadata
        steps.append({"op": metadata.op.value, "type": metadata.type, "urn": metadata.urn})


done = getattr(stack, command)(on_output=print, on_event=on_event)
outputs = done.outputs if command == "up" else {}
with open(3, "w", encoding="utf-8") as told:
    json.dump(
        {
            "steps": steps,
            "outputs": {name: {"value": output.value, "secret": output.secret} for name, output in outputs.items()},
        },
        told,
    )
