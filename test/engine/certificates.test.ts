import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import * as dench from "../../sdk";
import { type Certificate, type CertificateOptions, makeCertificate } from "../support/certificates";
import { failureOf } from "../support/failure";
import { testGateway } from "../support/gateway";
import { casesOf, it, itEach } from "../support/sample";
import { describeWithEngine, TestStack } from "../support/stack";
import { tlsServer } from "../support/tls-server";

const DAY_MS = 86_400_000;

describeWithEngine("a server with a certificate", () => {
  async function scene(own: Certificate, along: readonly Certificate[] = []) {
    const { gateway } = await testGateway();
    const port = await tlsServer(gateway.url, own, along);
    const stack = await TestStack.create({
      env: {
        DENCH_API_KEY: gateway.adminToken,
        DENCH_BASE_URL: `https://localhost:${port}/api/v1`,
        DENCH_MAX_RETRIES: "0",
      },
    });
    stack.program = async () => void new dench.GatewayKey("ci", { name: "CI" });
    const trust = async ({ cert }: Certificate) => {
      const file = join(stack.folder, "trusted.pem");
      await writeFile(file, cert);
      stack.setEnv("NODE_EXTRA_CA_CERTS", file);
    };
    return { stack, trust };
  }
  const authority = makeCertificate("An authority");

  it("that is self-signed is accepted once NODE_EXTRA_CA_CERTS names it", async () => {
    const own = makeCertificate("localhost", { host: "localhost" });
    const { stack, trust } = await scene(own);
    const message = await failureOf(stack.up());
    expect(message).toContain("the server's certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)");
    expect(message).toContain("set NODE_EXTRA_CA_CERTS to a PEM file with its certificate, then run again.");
    await trust(own);
    expect((await stack.up()).steps).toEqual(["create ci"]);
    await stack.destroy();
  });

  itEach(
    casesOf<[string, Certificate[], RegExp]>([
      ["alone", [], /does not know the issuer .*UNABLE_TO_VERIFY_LEAF_SIGNATURE/],
      ["with the certificate of its issuer", [authority], /does not know the issuer .*SELF_SIGNED_CERT_IN_CHAIN/],
    ]),
    ([how]) => `of an unknown issuer, sent ${how}, is accepted once NODE_EXTRA_CA_CERTS names the issuer`,
    async ([, along, text]) => {
      const own = makeCertificate("localhost", { host: "localhost", issuer: authority });
      const { stack, trust } = await scene(own, along);
      const message = await failureOf(stack.up());
      expect(message).toMatch(text);
      expect(message).toContain("set NODE_EXTRA_CA_CERTS to a PEM file with its CA certificate, then run again.");
      await trust(authority);
      expect((await stack.up()).steps).toEqual(["create ci"]);
      await stack.destroy();
    },
  );

  itEach(
    casesOf<[string, CertificateOptions, RegExp]>([
      ["has expired", { host: "localhost", until: new Date(Date.now() - 1000) }, /has expired .*Renew the certificate/],
      ["is not valid yet", { host: "localhost", from: new Date(Date.now() + DAY_MS / 2) }, /not valid yet .*clock/],
      ["is for another host", { host: "dench.example" }, /for another host name .*Check the host name in the address/],
    ]),
    ([what]) => `of a known issuer that ${what} causes an error with the right next step`,
    async ([, options, text]) => {
      const { stack, trust } = await scene(makeCertificate("localhost", { ...options, issuer: authority }));
      await trust(authority);
      const message = await failureOf(stack.up());
      expect(message).toMatch(text);
      expect(message).not.toContain("NODE_EXTRA_CA_CERTS");
    },
  );
});
