import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Severity } from "../../session/context";

/** Shows messages to the user through the engine. */
export class EngineLog {
  #address: string | undefined;
  #engine: EngineClient | undefined;
  readonly #pending = new Set<Promise<void>>();

  /** Sets the engine's address, unless it is known. The first message opens the connection. */
  connect(address: string): void {
    this.#address ??= address;
  }

  /** Shows a message at the resource with this URN, or without a resource if it is empty. */
  write(severity: Severity, message: string, urn: string): void {
    if (this.#address === undefined) return;
    this.#engine ??= new EngineClient(this.#address, credentials.createInsecure());
    const engine = this.#engine;
    const request = new LogRequest();
    request.setSeverity(severity === "warning" ? LogSeverity.WARNING : LogSeverity.INFO);
    request.setMessage(message);
    request.setUrn(urn);
    const sent = new Promise<void>((resolve) => {
      // An operation does not fail because the engine rejects a message.
      engine.log(request, () => resolve());
    });
    this.#pending.add(sent);
    sent.finally(() => this.#pending.delete(sent));
  }

  /** Waits until the engine has received every message. It discards messages after the end of their operation. */
  async flushed(): Promise<void> {
    await Promise.all(this.#pending);
  }
}
