import type { TestGateway } from "../../support/gateway";

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Someone's browser, as far as cookies and forms go. */
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

  get(path: string): Promise<Answer> {
    return this.#send(path, {});
  }

  /** Sends a form of a page of the gateway. */
  post(path: string, form: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Answer> {
    const origin = this.#gateway.gateway.url;
    return this.#send(path, { method: "POST", body: new URLSearchParams(form), headers: { origin, ...headers } });
  }

  /** Creates a key by the form of the keys page, and reads its value there. */
  async createKey(name: string, scopes = ""): Promise<Answer & { value: string }> {
    const answer = await this.post("/settings/api-keys", { name, scopes, requestId: await this.requestId() });
    return { ...answer, value: /id="created-value" data-value="true">\s*([^<\s]+)/.exec(answer.text)?.[1] ?? "" };
  }

  async rotate(): Promise<Answer> {
    return this.post("/settings/api-keys/primary/rotate", { requestId: await this.requestId() });
  }

  /** That of a form which is shown now. */
  async requestId(): Promise<string> {
    const { text } = await this.get("/settings/api-keys");
    return /name="requestId" value="([^"]+)"/.exec(text)?.[1] ?? "";
  }

  async #send(path: string, { headers, ...init }: RequestInit): Promise<Answer> {
    const url = new URL(path, this.#gateway.gateway.url);
    const answer = await fetch(url, { ...init, redirect: "manual", headers: { ...headers, cookie: this.cookie } });
    const [cookie] = answer.headers.getSetCookie();
    if (cookie !== undefined) this.cookie = cookie.split(";")[0] ?? "";
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }
}
