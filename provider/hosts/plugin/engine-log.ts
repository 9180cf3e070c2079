import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Severity } from "../../session/context";

/** Shows lines to the user, by way of the engine. */
export class EngineLog {
  #engine: EngineClient | undefined;
  readonly #underWay = new Set<Promise<void>>();

  connect(address: string): void {
    this.#engine ??= new EngineClient(address, credentials.createInsecure());
  }

  /** `urn` is the resource to show it at; empty: none. */
  write(severity: Severity, message: string, urn: string): void {
    const engine = this.#engine;
    if (!engine) return;
    const request = new LogRequest();
    request.setSeverity(severity === "warning" ? LogSeverity.WARNING : LogSeverity.INFO);
    request.setMessage(message);
    request.setUrn(urn);
    const sent = new Promise<void>((resolve) => {
      // A line that the engine does not take is no reason to fail what the line is about.
      engine.log(request, () => resolve());
    });
    this.#underWay.add(sent);
    sent.finally(() => this.#underWay.delete(sent));
  }

  /** Until every line has arrived: one that comes after its operation's end would be lost. */
  async flushed(): Promise<void> {
    await Promise.all(this.#underWay);
  }
}
