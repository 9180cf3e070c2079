import type { AddressInfo } from "node:net";
import { Hono } from "hono";
import { dashboard } from "./dashboard";
import { paths } from "./dashboard/paths";
import { Sessions } from "./dashboard/sessions";
import { type DataPlane, type DataPlaneOptions, dataPlane } from "./data-plane/api";
import { isLoopback } from "./http/loopback";
import { identifyRequest } from "./http/request-id";
import { requireHost } from "./http/require-host";
import { httpServer } from "./http/server";
import { managementApi } from "./management/api";
import { ApiError, sendApiError } from "./management/api-error";
import { type Health, openApiDocument } from "./openapi";
import { fillWithSample } from "./sample";
import { Store } from "./store/store";

export interface GatewayOptions extends DataPlaneOptions {
  /** The address to listen on. Defaults to `127.0.0.1`. */
  readonly host?: string;
  /** The port to listen on. `0` selects a free port. */
  readonly port: number;
  /**
   * Other names than those of this machine that the Host header may have, for example of a proxy. Without any, the header is only
   * checked if `host` is a loopback address.
   */
  readonly allowHosts?: readonly string[];
  /** The database file, created if it does not exist, or `:memory:`. */
  readonly data: string;
  /** Whether the management API accepts any gateway key as a token, with the rights of a member. Defaults to `false`. */
  readonly keysManage?: boolean;
  /** Whether to fill a newly created workspace with sample members, keys and usage. Defaults to `false`. */
  readonly sample?: boolean;
}

/** For each wildcard address, the loopback address at which this machine reaches the server. */
const LOOPBACKS: ReadonlyMap<string, string> = new Map([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "::1"],
]);

/** A running local gateway. */
export interface Gateway {
  readonly url: string;
  /** The base URL of the management API. Ends in `/api/v1`. */
  readonly baseUrl: string;
  /** The base URL of the data plane, without `/v1`. */
  readonly gatewayUrl: string;
  readonly adminToken: string;
  readonly memberToken: string;
  /** A link that signs the admin in to the dashboard. Works once, within five minutes. */
  readonly signInUrl: string;
  /** Completes the requests in flight, then closes the database. */
  close(): Promise<void>;
}

type AppOptions = Pick<GatewayOptions, "clock" | "keysManage" | "host" | "allowHosts">;

function gatewayApp(
  store: Store,
  { api }: DataPlane,
  sessions: Sessions,
  { clock, keysManage, host, allowHosts }: Required<AppOptions>,
): Hono {
  const app = new Hono();
  app.onError(sendApiError);
  app.use(identifyRequest);
  if (isLoopback(host) || allowHosts.length > 0) app.use(requireHost(allowHosts));
  app.notFound((c) => sendApiError(new ApiError("not_found", "There is nothing at this address."), c));
  let document: string | undefined;
  app.get("/healthz", (c) => {
    store.check();
    c.header("Cache-Control", "no-store");
    return c.json({ status: "ok" } satisfies Health);
  });
  app.get("/openapi.json", (c) => {
    document ??= JSON.stringify(openApiDocument());
    return c.body(document, 200, { "content-type": "application/json" });
  });
  app.route("/api/v1", managementApi(store, { keysManage }));
  app.route("/v1", api);
  app.route("/", dashboard(store, sessions, clock));
  return app;
}

function addSample(store: Store, data: string, now: number): void {
  if (store.isNew) fillWithSample(store, now);
  else
    process.stderr.write(
      `--sample has no effect: ${data} already has a workspace. To get the sample, choose a new file with --data.\n`,
    );
}

/** Starts a local gateway in this process. Rejects with the system's error if the port is in use. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { host = "127.0.0.1", port, data, clock = Date.now, keysManage = false, sample = false } = options;
  const { allowHosts = [] } = options;
  const store = new Store(data, clock);
  if (sample) addSample(store, data, clock());
  const plane = dataPlane(store, options);
  const sessions = new Sessions(store, clock);
  const { server, close: closeServer } = httpServer(
    gatewayApp(store, plane, sessions, { clock, keysManage, host, allowHosts }),
    ApiError.of,
  );
  server.listen(port, host);
  const { port: listening } = await new Promise<AddressInfo>((resolve, reject) => {
    server.once("error", (error) => {
      store.close();
      reject(error);
    });
    server.once("listening", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("the server has no port"));
      else resolve(address);
    });
  });

  const reachable = LOOPBACKS.get(host) ?? host;
  const url = `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${listening}`;
  return {
    url,
    baseUrl: `${url}/api/v1`,
    gatewayUrl: url,
    adminToken: store.members.first("admin").token,
    memberToken: store.members.first("member").token,
    signInUrl: `${url}${paths.signIn}#code=${sessions.createCode(store.members.first("admin").id)}`,
    async close() {
      await closeServer();
      await plane.close();
      store.close();
    },
  };
}
