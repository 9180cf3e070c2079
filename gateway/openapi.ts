import { createDocument } from "zod-openapi";
import { managementDocument } from "../contract/openapi";
import { withDataPlane } from "./data-plane/openapi";

/** Returns the OpenAPI 3.1 document of the management API and the data plane. */
export function openApiDocument(): ReturnType<typeof createDocument> {
  return createDocument(withDataPlane(managementDocument()), {
    // Responses may have additional fields.
    override({ jsonSchema }) {
      delete jsonSchema.additionalProperties;
    },
  });
}
