import * as z from "zod";
import { createDocument, type ZodOpenApiObject } from "zod-openapi";
import { errorCodes } from "../contract";
import { managementDocument } from "../contract/openapi";
import { withDataPlane } from "./data-plane/openapi";

const Health = z.object({ status: z.literal("ok") });
export type Health = z.infer<typeof Health>;

const FAILURES = ["internal_error", "unavailable"] as const;

/** Returns the OpenAPI 3.1 document of the management API, the data plane and the health check. */
export function openApiDocument(): ReturnType<typeof createDocument> {
  return createDocument(withHealth(withDataPlane(managementDocument())), {
    // Responses may have additional fields.
    override({ jsonSchema }) {
      delete jsonSchema.additionalProperties;
    },
  });
}

function withHealth({ paths, ...document }: ZodOpenApiObject): ZodOpenApiObject {
  const failures = FAILURES.map((code) => [errorCodes[code], { $ref: `#/components/responses/${code}` }]);
  return {
    ...document,
    paths: {
      ...paths,
      "/healthz": {
        get: {
          operationId: "getHealth",
          summary: "Check that the gateway can read its database. Requires no token",
          servers: [{ url: "/" }],
          security: [],
          parameters: [],
          responses: {
            200: { description: "The gateway is ready.", content: { "application/json": { schema: Health } } },
            ...Object.fromEntries(failures),
          },
        },
      },
    },
  };
}
