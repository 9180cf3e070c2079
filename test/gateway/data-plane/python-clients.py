"""Uses the data plane with OpenAI's own client and its agent library, and prints what they return as JSON."""

import json
import os

from agents import (
    Agent,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    Runner,
    function_tool,
    set_tracing_disabled,
)
from openai import AsyncOpenAI, AuthenticationError, OpenAI

MODEL = "dench-local-echo"
TEXT = "hello there"

options = {"base_url": os.environ["DENCH_GATEWAY_URL"] + "/v1", "api_key": os.environ["DENCH_GATEWAY_KEY"]}
client = OpenAI(**options)
set_tracing_disabled(True)


def refused_code() -> str | None:
    try:
        client.with_options(api_key="unknown").models.list()
    except AuthenticationError as error:
        return error.code
    return None


@function_tool
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


def agent_output(kind: type) -> str:
    model = kind(model=MODEL, openai_client=AsyncOpenAI(**options))
    agent = Agent(name="echo", instructions="be brief", model=model, tools=[add])
    return Runner.run_sync(agent, TEXT).final_output


messages = [{"role": "user", "content": TEXT}]
chunks = client.chat.completions.create(model=MODEL, messages=messages, stream=True)
events = client.responses.create(model=MODEL, input=TEXT, stream=True)

print(
    json.dumps(
        {
            "models": [model.id for model in client.models.list()],
            "model": client.models.retrieve(MODEL).id,
            "chat": client.chat.completions.create(model=MODEL, messages=messages).choices[0].message.content,
            "streamed chat": "".join(chunk.choices[0].delta.content or "" for chunk in chunks),
            "response": client.responses.create(model=MODEL, input=TEXT).output_text,
            "streamed response": "".join(
                event.delta for event in events if event.type == "response.output_text.delta"
            ),
            "agent with chats": agent_output(OpenAIChatCompletionsModel),
            "agent with responses": agent_output(OpenAIResponsesModel),
            "refused": refused_code(),
        }
    )
)
