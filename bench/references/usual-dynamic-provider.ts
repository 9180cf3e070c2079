import * as pulumi from "@pulumi/pulumi";

// A dynamic provider for keys, written in the usual way: Pulumi serializes the client and provider object into every resource.
// It lacks retries, drift detection and request IDs, which would make it even larger.

interface Key {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly last4: string;
}

async function call(method: string, path: string, body?: unknown): Promise<Key | undefined> {
  const baseUrl = process.env["DENCH_BASE_URL"];
  const token = process.env["DENCH_API_KEY"];
  if (!baseUrl || !token) throw new Error("DENCH_BASE_URL and DENCH_API_KEY must be set");
  const response = await fetch(baseUrl + path, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${method} ${path} failed with ${response.status}`);
  return response.json() as Promise<Key>;
}

const provider: pulumi.dynamic.ResourceProvider<{ name: string }, { name: string; key: string; keyId: string }> = {
  async check(_olds, news) {
    const failures: pulumi.dynamic.CheckFailure[] = [];
    if (typeof news.name !== "string" || news.name.length === 0) {
      failures.push({ property: "name", reason: "must not be empty" });
    }
    if (typeof news.name === "string" && news.name.length > 200) {
      failures.push({ property: "name", reason: "must have at most 200 characters" });
    }
    return { inputs: news, failures };
  },

  async diff(_id, olds, news) {
    const replaces: string[] = [];
    if (olds.name !== news.name) replaces.push("name");
    return { changes: replaces.length > 0, replaces };
  },

  async create(inputs) {
    const created = await call("POST", "/api-keys", { name: inputs.name });
    if (!created) throw new Error("no key was created");
    return { id: created.id, outs: { name: inputs.name, key: created.key, keyId: created.id } };
  },

  async read(id, props) {
    if (!props) throw new Error("there is no state");
    const found = await call("GET", `/api-keys/${encodeURIComponent(id)}`);
    return found ? { id, props } : {};
  },

  async update(_id, olds, _news) {
    return { outs: olds };
  },

  async delete(id) {
    await call("DELETE", `/api-keys/${encodeURIComponent(id)}`);
  },
};

/** A key of a serialized dynamic provider, for comparison. */
export class SerializedKey extends pulumi.dynamic.Resource {
  constructor(name: string, args: { name: pulumi.Input<string> }) {
    super(provider, name, { ...args, key: undefined, keyId: undefined }, { additionalSecretOutputs: ["key"] });
  }
}
