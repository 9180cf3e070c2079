import * as z from "zod";

export type JsonSchema = z.core.JSONSchema.JSONSchema;
const JsonSchema = z.custom<JsonSchema>((value) => typeof value === "object" && value !== null);

const Content = z.object({
  "application/json": z.object({ schema: JsonSchema }),
  "text/event-stream": z.object({ schema: JsonSchema }).optional(),
});
const Response = z.object({ description: z.string(), content: Content });
const Parameter = z.object({
  name: z.string(),
  in: z.enum(["path", "query"]),
  required: z.boolean().default(false),
  schema: JsonSchema,
});
type Parameter = z.infer<typeof Parameter>;

const Document = z.object({
  openapi: z.string(),
  info: z.object({ description: z.string() }),
  servers: z.array(z.object({ url: z.string() })),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        operationId: z.string(),
        servers: z.tuple([z.object({ url: z.string() })]).optional(),
        security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
        parameters: z.array(Parameter),
        requestBody: z.object({ required: z.boolean(), content: Content }).optional(),
        responses: z.record(z.string(), z.union([Response, z.object({ $ref: z.string() })])),
      }),
    ),
  ),
  components: z.object({
    securitySchemes: z.record(z.string(), z.object({ type: z.string(), scheme: z.string() })),
    schemas: z.record(z.string(), JsonSchema),
    responses: z.record(z.string(), Response),
  }),
});

/** An operation, as the document describes it. */
export interface DocumentedOperation {
  readonly id: string;
  readonly method: string;
  /** The path of the server URL. Precedes `path`. */
  readonly base: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: JsonSchema | undefined;
  /** The schema of the response body for each status. */
  readonly responses: ReadonlyMap<number, z.ZodType>;
  /** The schema of the data of each event but the last, if the response can be a stream. */
  readonly events: z.ZodType | undefined;
}

/** The OpenAPI document of the gateway, with its references resolved. */
export class OpenApiDocument {
  readonly document: z.infer<typeof Document>;
  readonly operations: readonly DocumentedOperation[];
  /** The schema of the error body for each error code. */
  readonly errors: ReadonlyMap<string, z.ZodType>;

  static async of(url: string): Promise<OpenApiDocument> {
    const response = await fetch(`${url}/openapi.json`);
    return new OpenApiDocument(await response.json());
  }

  private constructor(json: unknown) {
    this.document = Document.parse(json);
    const { paths, components, servers: everywhere } = this.document;
    this.errors = new Map(
      Object.entries(components.responses).map(([code, response]) => [code, this.#bodyParserOf(response)]),
    );
    this.operations = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(
        ([method, { operationId, servers = everywhere, parameters, requestBody, responses }]) => ({
          id: operationId,
          method: method.toUpperCase(),
          base: (servers[0]?.url ?? "").replace(/\/$/, ""),
          path,
          parameters,
          body: requestBody && this.#resolve(requestBody.content["application/json"].schema),
          responses: new Map(
            Object.entries(responses).map(([status, response]) => [Number(status), this.#schemaOf(response)]),
          ),
          events: this.#eventsOf(responses["200"]),
        }),
      ),
    );
  }

  #eventsOf(response: z.infer<typeof Response> | { $ref: string } | undefined): z.ZodType | undefined {
    const stream = response && "content" in response ? response.content["text/event-stream"] : undefined;
    return stream && this.#parser(stream.schema);
  }

  #schemaOf(response: z.infer<typeof Response> | { $ref: string }): z.ZodType {
    if ("content" in response) return this.#bodyParserOf(response);
    const error = this.errors.get(response.$ref.replace("#/components/responses/", ""));
    if (!error) throw new Error(`${response.$ref} cannot be resolved`);
    return error;
  }

  #bodyParserOf({ content }: z.infer<typeof Response>): z.ZodType {
    return this.#parser(content["application/json"].schema);
  }

  #parser(schema: JsonSchema): z.ZodType {
    const text = JSON.stringify({ ...schema, $defs: this.document.components.schemas });
    return z.fromJSONSchema(JSON.parse(text.replaceAll("#/components/schemas/", "#/$defs/")));
  }

  #resolve(schema: JsonSchema): JsonSchema {
    if (schema.$ref === undefined) return schema;
    const target = this.document.components.schemas[schema.$ref.replace("#/components/schemas/", "")];
    if (!target) throw new Error(`${schema.$ref} cannot be resolved`);
    return target;
  }
}
