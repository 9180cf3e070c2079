import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect } from "vitest";
import { pythonWith } from "../../support/python";
import { itInRest } from "../../support/sample";
import { describeIfPresent } from "../../support/tools";
import { clientOf } from "./clients";

describeIfPresent(["Python"], describe)("OpenAI's client and agent library for Python", () => {
  itInRest(
    "list models, chat, create responses, stream and run agents with the echo model",
    async () => {
      const python = await pythonWith("openai\nopenai-agents\n");
      const { gateway, key, usage } = await clientOf();
      const env = { DENCH_GATEWAY_URL: gateway.gateway.gatewayUrl, DENCH_GATEWAY_KEY: key };
      const { stdout } = await promisify(execFile)(python, [join(__dirname, "python-clients.py")], { env });
      expect(JSON.parse(stdout)).toEqual({
        models: ["dench-local-echo"],
        model: "dench-local-echo",
        chat: "hello there",
        "streamed chat": "hello there",
        response: "hello there",
        "streamed response": "hello there",
        "agent with chats": "hello there",
        "agent with responses": "hello there",
        refused: "invalid_gateway_api_key",
      });
      expect((await usage()).requests).toBe(8);
    },
    300_000,
  );
});
