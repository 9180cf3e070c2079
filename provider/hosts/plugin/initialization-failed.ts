import { Metadata, type StatusObject, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { errorText, type NotInitializedError } from "../../errors";
import type { Wire } from "../wire";
import { encode } from "./struct";

/**
 * The answer "it exists, but something is left to do": an error with the state in its details, which the engine keeps. grpc
 * for Node has no notion of such details, so they are packed into the header that stands for them.
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
