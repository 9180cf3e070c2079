import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { credentials } from "@grpc/grpc-js";
import { ConverterClient, ConverterService as service } from "@pulumi/pulumi/proto/converter_grpc_pb";
import { ConvertProgramRequest, ConvertStateRequest } from "@pulumi/pulumi/proto/converter_pb";
import { expect, it, onTestFinished } from "vitest";
import { pluginDownloadURL, version } from "../../../../version";
import { failureOf } from "../../../support/failure";
import { testGateway } from "../../../support/gateway";
import { sendRequest } from "../../../support/plugin";
import { projectRoot } from "../../../support/project";

/** Starts the launcher of the npm package, which is the converter, and returns a client. */
async function started(env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [join(projectRoot, "pulumi-converter-dench")], { env });
  onTestFinished(() => void child.kill("SIGKILL"));
  const stderr = text(child.stderr);
  const [port] = await once(child.stdout, "data");
  const client = new ConverterClient(`127.0.0.1:${String(port).trim()}`, credentials.createInsecure());
  onTestFinished(() => client.close());
  const ended = () => {
    child.stdin.end();
    return stderr;
  };
  return { client, ended };
}

it("returns the keys to import, shows what it skips on stderr, and exits with the engine", async () => {
  const gateway = await testGateway();
  const { id } = await gateway.call("POST", "/api-keys", { name: "CI/CD" });
  await gateway.call("POST", "/api-keys", { name: "web" });
  const { client, ended } = await started(gateway.env);
  const request = new ConvertStateRequest().setArgsList(["--match", "CI*", "--primary"]);
  const response = await sendRequest(client, service.convertState, request);
  const common = { version, plugindownloadurl: pluginDownloadURL };
  expect(response.getResourcesList().map((resource) => resource.toObject())).toMatchObject([
    { type: "dench:index:GatewayKey", name: "ci-cd", id, ...common },
    { type: "dench:index:PrimarySandboxKey", id: "primary", ...common },
  ]);
  expect(response.getDiagnosticsList()).toEqual([]);
  expect(await ended()).toBe("2 of 3 keys to import. Skipped: 1 not matched by --match.\n");
});

it("converts no program, and names the command that imports keys", async () => {
  const { client } = await started();
  const failure = await failureOf(sendRequest(client, service.convertProgram, new ConvertProgramRequest()));
  expect(failure).toMatch(/Run `pulumi import --from dench` instead\. \[dench:invalid_arguments\]/);
});

it("quotes no argument that it does not understand, which may be a key value", async () => {
  const { client } = await started();
  const value = `dg_live_${crypto.randomUUID()}`;
  const request = new ConvertStateRequest().setArgsList([value]);
  const failure = await failureOf(sendRequest(client, service.convertState, request));
  expect(failure).toContain("[dench:invalid_arguments]");
  expect(failure).not.toContain(value);
});
