import * as pulumi from "@pulumi/pulumi";

// A dynamic provider for such keys, written the usual way: a client and a provider object, both of which Pulumi turns into
// text and stores with every resource. What it lacks beside ours (retries, drift, request ids) would make it larger still.

interface Key {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly last4: string;
}

async function call(method: string, path: string, body?: unknown): Promise<Key | undefined> {
  const baseUrl = process.env["DENCH_BASE_URL"];
  const token = process.env["DENCH_API_KEY"];
  if (!baseUrl || !token) throw new Error("DENCH_BASE_URL and DENCH_API_KEY have to be set");
  const answer = await fetch(baseUrl + path, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}`);
  return answer.json() as Promise<Key>;
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
    const made = await call("POST", "/api-keys", { name: inputs.name });
    if (!made) throw new Error("no key was made");
    return { id: made.id, outs: { name: inputs.name, key: made.key, keyId: made.id } };
  },

  async read(id, props) {
    if (!props) throw new Error("there is no state to read");
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

/** A key by the usual kind of dynamic provider, to compare with. */
export class OrdinaryKey extends pulumi.dynamic.Resource {
  constructor(name: string, args: { name: pulumi.Input<string> }) {
    super(provider, name, { ...args, key: undefined, keyId: undefined }, { additionalSecretOutputs: ["key"] });
  }
}
