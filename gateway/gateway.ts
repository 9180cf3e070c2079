import type { AddressInfo } from "node:net";
import { Hono } from "hono";
import { openApiDocument } from "../contract/openapi";
import { ApiError, answerError, errorResponse } from "./api-error";
import { dataPlane } from "./data-plane";
import { httpServer } from "./http-server";
import { managementApi } from "./management";
import { Store } from "./store";

export interface GatewayOptions {
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** A database file, made if absent, or `:memory:`. */
  readonly data: string;
  /** For so long the data plane refuses a new value, as the vendor's does while it spreads. Default: 0. */
  readonly propagationSeconds?: number;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly clock?: () => number;
}

/** A local gateway that listens. */
export interface Gateway {
  readonly url: string;
  /** Of the management API; ends in `/api/v1`. */
  readonly baseUrl: string;
  /** Of the data plane, without `/v1`. */
  readonly gatewayUrl: string;
  readonly adminToken: string;
  readonly memberToken: string;
  /** Ends open requests, then closes the database. */
  close(): Promise<void>;
}

export function gatewayApp(store: Store, propagationSeconds = 0): Hono {
  const app = new Hono();
  app.onError(answerError);
  app.notFound((c) => errorResponse(c, new ApiError("not_found", "The gateway has nothing at this address.")));
  app.get("/openapi.json", (c) => c.json(openApiDocument()));
  app.route("/api/v1", managementApi(store));
  app.route("/v1", dataPlane(store, propagationSeconds));
  return app;
}

/** Starts a local gateway in this process. Rejects with the system's error when the port is taken. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { host = "127.0.0.1", port, data, clock, propagationSeconds } = options;
  const store = new Store(data, clock);
  const server = httpServer(gatewayApp(store, propagationSeconds)).listen(port, host);
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

  const url = `http://${host.includes(":") ? `[${host}]` : host}:${listening}`;
  return {
    url,
    baseUrl: `${url}/api/v1`,
    gatewayUrl: url,
    adminToken: store.memberToken("admin"),
    memberToken: store.memberToken("member"),
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        // Connections that are kept alive between requests would hold it open.
        server.closeIdleConnections();
      });
      store.close();
    },
  };
}
