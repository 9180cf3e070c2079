import type { TestGateway } from "../../support/gateway";

interface PageResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A client that keeps cookies and submits forms, like a browser. */
export class Visitor {
  readonly #gateway: TestGateway;
  cookie = "";

  constructor(gateway: TestGateway) {
    this.#gateway = gateway;
  }

  static async signedIn(gateway: TestGateway, token = gateway.gateway.adminToken): Promise<Visitor> {
    const visitor = new Visitor(gateway);
    await visitor.post("/sign-in", { token });
    return visitor;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<PageResponse> {
    return this.#send(path, { headers });
  }

  /** Submits a form as a page of the gateway does. */
  post(
    path: string,
    form: Record<string, string> | URLSearchParams = {},
    headers: Record<string, string> = {},
  ): Promise<PageResponse> {
    const origin = this.#gateway.gateway.url;
    return this.#send(path, { method: "POST", body: new URLSearchParams(form), headers: { origin, ...headers } });
  }

  /** Creates a key with the form of the keys page, and returns the value that the page shows. */
  async createKey(name: string, scopes = "models:read chat:completions"): Promise<PageResponse & { value: string }> {
    const response = await this.post("/settings/api-keys", { name, scopes, requestId: await this.requestId() });
    return { ...response, value: /id="created-value" data-value="true">\s*([^<\s]+)/.exec(response.text)?.[1] ?? "" };
  }

  async rotate(): Promise<PageResponse> {
    return this.post("/settings/api-keys/primary/rotate", { requestId: await this.requestId() });
  }

  /** Returns the request ID of the form on the page. */
  async requestId(): Promise<string> {
    const { text } = await this.get("/settings/api-keys");
    return /name="requestId" value="([^"]+)"/.exec(text)?.[1] ?? "";
  }

  async #send(path: string, { headers, ...init }: RequestInit): Promise<PageResponse> {
    const url = new URL(path, this.#gateway.gateway.url);
    const response = await fetch(url, { ...init, redirect: "manual", headers: { ...headers, cookie: this.cookie } });
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.cookie = cookie.split(";")[0] ?? "";
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
}
