import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { describeByHost } from "../support/by-host";
import { makeCertificate } from "../support/certificates";
import { connectProxy } from "../support/connect-proxy";
import { failureOf } from "../support/failure";
import { testGateway } from "../support/gateway";
import { hosts } from "../support/hosts";
import { it } from "../support/sample";
import { describeWithEngine, TestStack } from "../support/stack";
import { tlsServer } from "../support/tls-server";

describeByHost("HTTPS_PROXY", ({ dench }, it) => {
  it("is not used for addresses of this machine, and the error names it if its address is invalid", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    const seen: string[] = [];
    stack.program = async () => {
      for (const [index, name] of seen.entries()) new dench.GatewayKey(`key-${index}`, { name });
    };
    for (const proxy of ["proxy.example:3128", "http://user:100%word@proxy.example:3128", "http://:hidden-word"]) {
      stack.setEnv("HTTPS_PROXY", proxy);
      seen.push(`key ${seen.length}`);
      expect((await stack.up()).steps).toEqual([`create key-${seen.length - 1}`]);
    }
    stack.setEnv("DENCH_BASE_URL", "https://dench.invalid/api/v1");
    const message = await failureOf(stack.up());
    expect(message).toMatch(
      /HTTPS_PROXY is not the address of a proxy, but requests to dench\.invalid would use it.*\[dench:invalid_config\]/,
    );
    expect(message).not.toContain("hidden-word");
  });
});

describeWithEngine("a proxy", () => {
  it("tunnels the requests to another machine", async () => {
    const { gateway } = await testGateway();
    const own = makeCertificate("dench.example", { host: "dench.example" });
    const proxy = await connectProxy({ port: await tlsServer(gateway.url, own) });
    const stack = await TestStack.create({
      env: {
        DENCH_API_KEY: gateway.adminToken,
        DENCH_BASE_URL: "https://dench.example/api/v1",
        DENCH_GATEWAY_URL: "https://dench.example",
        HTTPS_PROXY: `user:100%pw@${proxy.address}`,
      },
    });
    const file = join(stack.folder, "trusted.pem");
    await writeFile(file, own.cert);
    stack.setEnv("NODE_EXTRA_CA_CERTS", file);
    const { dench } = hosts[0] ?? expect.fail();
    stack.program = async () => void new dench.GatewayKey("ci", { name: "CI", waitUntilReady: true });
    expect((await stack.up()).steps).toEqual(["create ci"]);
    const authorization = `Basic ${Buffer.from("user:100%pw").toString("base64")}`;
    expect(proxy.requests.length).toBeGreaterThan(0);
    for (const tunnel of proxy.requests) expect(tunnel).toEqual({ target: "dench.example:443", authorization });
    await stack.destroy();
  });
});

describeWithEngine("an address without /api/v1", () => {
  it("fails with an error that says there is no management API", async () => {
    const { gateway } = await testGateway();
    const { dench } = hosts[0] ?? expect.fail();
    const stack = await TestStack.create({ env: { DENCH_BASE_URL: gateway.url, DENCH_API_KEY: gateway.adminToken } });
    stack.program = async () => void new dench.GatewayKey("ci", { name: "CI" });
    expect(await failureOf(stack.up())).toMatch(
      /no management API at this address: check the option baseUrl, which usually ends in \/api\/v1.*\[dench:unexpected_status\]/,
    );
  });
});
