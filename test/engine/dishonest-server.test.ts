import { expect, it } from "vitest";
import { cliScene } from "../support/cli-scene";
import { failureOf } from "../support/failure";
import { isCreation, isRevocation, withoutRequestIds } from "../support/proxy";
import { describeWithEngine } from "../support/stack";

async function scene() {
  const now = await cliScene();
  const { proxy } = now;
  const honest = () => {
    proxy.onRequest = () => "pass";
    proxy.onResponse = () => "pass";
    proxy.rewrite = (body) => body;
  };
  return { ...now, honest };
}

const CI = { ci: { properties: { name: "CI" } } };
const UNEXPECTED = "[dench:unexpected_response]";

describeWithEngine("a dishonest server", () => {
  it("that reports an active key after its revocation fails the destroy, and the state keeps the key", async () => {
    const { gateway, proxy, stack, honest } = await scene();
    await stack.write(CI);
    await stack.up();
    const [key] = await gateway.activeKeys();
    proxy.onRequest = (request) => (isRevocation(request) ? { status: 200, body: JSON.stringify(key) } : "pass");
    expect(await failureOf(stack.run("destroy", "--yes", "--skip-preview"))).toContain(UNEXPECTED);
    expect((await stack.keysInState()).map(({ keyId }) => keyId)).toEqual([key?.id]);
    honest();
    await stack.run("destroy", "--yes", "--skip-preview");
    expect(await gateway.activeKeys()).toEqual([]);
  });

  it("that reports another key's revocation at the end of an overlap fails the update, and the state keeps both keys", async () => {
    const { gateway, proxy, stack, honest } = await scene();
    const program = (name: string, overlap: string) =>
      stack.write({ ci: { properties: { name, rotation: { overlap } } } });
    await program("CI", "24h");
    await stack.up();
    await program("CD", "24h");
    await stack.up();
    await program("CD", "0s");
    const other = { ...(await gateway.call("POST", "/api-keys", { name: "other" })), status: "revoked" };
    proxy.onRequest = (request) => (isRevocation(request) ? { status: 200, body: JSON.stringify(other) } : "pass");
    expect(await failureOf(stack.up())).toContain(UNEXPECTED);
    expect(await stack.keysInState()).toHaveLength(2);
    honest();
    await stack.up();
    expect((await gateway.activeKeys()).map(({ name }) => name).toSorted()).toEqual(["CD", "other"]);
  });

  it("that rejects a request ID with the ID of somebody else's key does not cause a change to that key", async () => {
    const { gateway, proxy, stack, honest } = await scene();
    const foreign = await gateway.call("POST", "/api-keys", { name: "foreign", requestId: "theirs" });
    const details = { keyId: foreign.id, status: "active" };
    const error = { message: "x", type: "x", code: "request_id_used", details };
    proxy.onRequest = (request) => (isCreation(request) ? { status: 409, body: JSON.stringify({ error }) } : "pass");
    await stack.write(CI);
    expect(await failureOf(stack.up())).toContain(UNEXPECTED);
    expect(await gateway.activeKeys()).toHaveLength(1);
    honest();
    await stack.up();
    expect(await gateway.activeKeys()).toHaveLength(2);
  });

  it("that returns one key for two creations fails the second, and the next update leaves one key for each", async () => {
    const { gateway, proxy, stack, honest } = await scene();
    const created: string[] = [];
    proxy.rewrite = (body, request) => {
      if (!isCreation(request)) return body;
      created.push(body);
      return created[0] ?? "";
    };
    await stack.write({ ci: CI.ci, cd: { properties: { name: "CD" } } });
    expect(await failureOf(stack.up())).toContain(UNEXPECTED);
    honest();
    await stack.recover();
    const inState = (await stack.keysInState()).map(({ keyId }) => keyId).toSorted();
    expect((await gateway.activeKeys()).map(({ id }) => id).toSorted()).toEqual(inState);
    expect(inState).toHaveLength(2);
  });

  it("that returns a different key than requested causes a warning in the preview, and update and refresh change nothing", async () => {
    const { gateway, proxy, stack } = await scene();
    await stack.write(CI);
    await stack.up();
    const before = await stack.keysInState();
    const other = await gateway.call("POST", "/api-keys", { name: "other" });
    proxy.rewrite = (body, { path }) => (/\/api-keys\/key_\w+$/.test(path) ? JSON.stringify(other) : body);
    expect(await stack.run("preview")).toContain("it is about another key");
    expect(await failureOf(stack.run("refresh", "--yes", "--skip-preview"))).toContain(UNEXPECTED);
    expect(await stack.keysInState()).toEqual(before);
    expect(await gateway.activeKeys()).toHaveLength(2);
  });

  it("that returns the key value or the token in a plain-text field fails the creation, and nothing is leaked", async () => {
    for (const field of ["prefix", "last4", "id", "status"]) {
      const { gateway, proxy, stack, honest } = await scene();
      const secrets: string[] = [];
      proxy.rewrite = (body, request) => {
        if (!isCreation(request)) return body;
        const created: { key: string } = JSON.parse(body);
        const leaked = field === "status" ? gateway.gateway.adminToken : created.key;
        secrets.push(leaked);
        return JSON.stringify({ ...created, [field]: `x${leaked}` });
      };
      await stack.write(CI);
      const { output } = await stack.start("up", "--yes", "--skip-preview").ended;
      expect(output, field).toContain(UNEXPECTED);
      for (const secret of secrets) expect(`${output} ${await stack.run("stack", "export")}`).not.toContain(secret);
      honest();
      await stack.recover();
      expect(await gateway.activeKeys()).toHaveLength(1);
    }
  });
});

describeWithEngine("a server without request IDs", () => {
  it("allows creation, rotation and revocation, with one warning per run", async () => {
    const { gateway, proxy, stack } = await scene();
    withoutRequestIds(proxy);
    const program = (name: string) => stack.write({ a: { properties: { name } }, b: { properties: { name } } });
    for (const name of ["CI", "CD"]) {
      await program(name);
      const [, diagnostics = ""] = (await stack.up()).split("Diagnostics:");
      expect(diagnostics.match(/does not support request IDs/g)).toHaveLength(1);
      expect(await gateway.activeKeys()).toHaveLength(2);
    }
    await stack.run("destroy", "--yes", "--skip-preview");
    expect(await gateway.activeKeys()).toEqual([]);
  });

  it("gets no request a second time after a lost response, and the error names the created key", async () => {
    const { gateway, proxy, stack } = await scene();
    withoutRequestIds(proxy);
    proxy.onResponse = (request) => (isCreation(request) ? { status: 502 } : "pass");
    await stack.write(CI);
    const failure = await failureOf(stack.up());
    const live = await gateway.activeKeys();
    expect(live).toHaveLength(1);
    expect(failure).toContain(`may have created ${live[0]?.id}`);
    expect(proxy.passed.filter(isCreation)).toHaveLength(1);
  });
});

describeWithEngine("a server that keeps the primary key's ID when it rotates", () => {
  async function primaryScene() {
    const now = await scene();
    const { id } = await now.gateway.call("GET", "/api-keys/primary");
    const ids = new Set<string>([id]);
    now.proxy.rewrite = (body, { path }) => {
      if (!path.includes("/primary")) return body;
      const { id: own, ...rest } = JSON.parse(body);
      ids.add(own);
      return JSON.stringify({ id, ...rest });
    };
    const program = (turn: string) =>
      now.stack.write({
        primary: { type: "dench:PrimarySandboxKey", properties: { rotation: { triggers: { turn } } } },
      });
    const opens = async () => now.gateway.dataPlane((await now.stack.outputs())["primary"]?.key);
    return { ...now, ids, program, opens };
  }

  it("rotates the key at each trigger, and the state has the valid value", async () => {
    const { stack, program, opens, ids } = await primaryScene();
    for (const turn of ["1", "2", "3"]) {
      await program(turn);
      await stack.up();
      expect(await opens(), turn).toBe(200);
    }
    expect(ids.size).toBe(3);
    expect(await stack.run("preview", "--expect-no-changes")).toBeTruthy();
  });

  it("lets the next preview detect a rotation elsewhere, and the state gets the new value", async () => {
    const { gateway, stack, program, opens } = await primaryScene();
    await program("1");
    await stack.up();
    await gateway.call("POST", "/api-keys/primary/rotate", {});
    expect(await stack.run("preview")).toContain("rotated outside of this program");
    await stack.up();
    expect(await opens()).toBe(200);
  });
});

describeWithEngine("a server that keeps an additional key's ID when somebody rotates it", () => {
  it("lets the next preview and a refresh detect the rotation, and the update creates a valid value", async () => {
    for (const command of ["preview", "refresh"]) {
      const { gateway, proxy, stack } = await scene();
      await stack.write(CI);
      await stack.up();
      const [{ id } = { id: "" }] = await gateway.activeKeys();
      proxy.rewrite = (body) => body.replace(new RegExp(`("id":"${id}".*?"last4":)"[^"]*"`), '$1"elsewhere"');
      if (command === "refresh") await stack.run("refresh", "--yes", "--skip-preview");
      expect(await stack.run("preview")).toContain(`${id} was rotated outside of this program: creates a new key`);
      await stack.up();
      expect((await gateway.activeKeys()).map((key) => key.id)).toEqual([(await stack.keysInState())[0]?.keyId]);
      expect(await gateway.dataPlane((await stack.outputs())["ci"]?.key)).toBe(200);
    }
  });
});
