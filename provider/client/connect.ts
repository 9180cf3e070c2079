import { vendorApi } from "../../contract/vendor-api";
import type { Config } from "../config/options";
import { Client, type ClientOptions } from "./client";
import type { Http } from "./http";
import { type TransportOptions, transport } from "./transport";

type Parts = Pick<TransportOptions, "clock"> & Pick<ClientOptions, "secrets" | "signal">;

/** Returns a client. Only this function chooses the implementation of the port. */
export function connect(http: Pick<Http, "send">, config: Config, { clock, secrets, signal }: Parts): Client {
  const { baseUrl, token, workspace } = config;
  const api = vendorApi(transport(http, { baseUrl, token, clock }));
  return new Client(api, { token, workspace, secrets, signal });
}
