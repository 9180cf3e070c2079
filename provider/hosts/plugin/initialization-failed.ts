import { Metadata, type StatusObject, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { errorText, type NotInitializedError } from "../../errors";
import type { Wire } from "../wire";
import { encode } from "./struct";

/**
 * Returns the gRPC error for a resource that exists but is incomplete. The engine reads its state from the error's details.
 * gRPC for Node does not support details, so they are written into the header that carries them.
 */
export function initializationFailed(
  error: NotInitializedError,
  secrets: readonly string[],
  given: Wire,
): Partial<StatusObject> {
  const text = errorText(error);
  const detail = new ErrorResourceInitFailed()
    .setId(error.id)
    .setProperties(encode(error.state, secrets, given))
    .setReasonsList([text]);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const details = new Status().setCode(status.UNKNOWN).setMessage(text).setDetailsList([packed]);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(details.serializeBinary()));
  return { code: status.UNKNOWN, details: text, metadata };
}
