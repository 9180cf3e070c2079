import type { AddressInfo } from "node:net";
import { Hono } from "hono";
import { dashboard } from "./dashboard";
import { paths } from "./dashboard/paths";
import { Sessions } from "./dashboard/sessions";
import { type DataPlane, type DataPlaneOptions, dataPlane } from "./data-plane/api";
import { httpServer } from "./http/server";
import { managementApi } from "./management/api";
import { ApiError, sendApiError } from "./management/api-error";
import { openApiDocument } from "./openapi";
import { fillWithSample } from "./sample";
import { Store } from "./store/store";

export interface GatewayOptions extends DataPlaneOptions {
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** A database file, made if absent, or `:memory:`. */
  readonly data: string;
  /** Whether the management API accepts any gateway key as a token, with a member's rights. Defaults to false. */
  readonly keysManage?: boolean;
  /** Whether a workspace that is made now is filled with what a month of work leaves behind. Default: false. */
  readonly sample?: boolean;
}

/** The address of this machine at which a server is reached that listens at all of them. */
const WILDCARDS: ReadonlyMap<string, string> = new Map([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "::1"],
]);

/** A local gateway that listens. */
export interface Gateway {
  readonly url: string;
  /** Of the management API; ends in `/api/v1`. */
  readonly baseUrl: string;
  /** Of the data plane, without `/v1`. */
  readonly gatewayUrl: string;
  readonly adminToken: string;
  readonly memberToken: string;
  /** Signs the admin in at the dashboard: once, within five minutes. */
  readonly signInUrl: string;
  /** Ends open requests, then closes the database. */
  close(): Promise<void>;
}

function gatewayApp(
  store: Store,
  { api }: DataPlane,
  sessions: Sessions,
  { clock, keysManage }: Required<Pick<GatewayOptions, "clock" | "keysManage">>,
): Hono {
  const app = new Hono();
  app.onError(sendApiError);
  app.notFound((c) => sendApiError(new ApiError("not_found", "The gateway has nothing at this address."), c));
  app.get("/openapi.json", (c) => c.json(openApiDocument()));
  app.route("/api/v1", managementApi(store, { keysManage }));
  app.route("/v1", api);
  app.route("/", dashboard(store, sessions, clock));
  return app;
}

/** Starts a local gateway in this process. Rejects with the system's error when the port is taken. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { host = "127.0.0.1", port, data, clock = Date.now, keysManage = false, sample = false } = options;
  const store = new Store(data, clock);
  if (sample && store.isNew) fillWithSample(store, clock());
  const plane = dataPlane(store, options);
  const sessions = new Sessions(store, clock);
  const { server, close: closeServer } = httpServer(
    gatewayApp(store, plane, sessions, { clock, keysManage }),
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
      if (address === null || typeof address === "string") reject(new Error("the server listens on no port"));
      else resolve(address);
    });
  });

  const reached = WILDCARDS.get(host) ?? host;
  const url = `http://${reached.includes(":") ? `[${reached}]` : reached}:${listening}`;
  return {
    url,
    baseUrl: `${url}/api/v1`,
    gatewayUrl: url,
    adminToken: store.members.first("admin").token,
    memberToken: store.members.first("member").token,
    signInUrl: `${url}${paths.signIn}#code=${sessions.newCode(store.members.first("admin").id)}`,
    async close() {
      await closeServer();
      await plane.close();
      store.close();
    },
  };
}
