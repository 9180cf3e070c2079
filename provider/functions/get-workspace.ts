import * as z from "zod";
import { defineFunction } from "./handler";

const Caller = z
  .object({
    id: z.string().describe("The ID of the member that the token belongs to."),
    name: z.string().describe("The name of the member."),
    role: z
      .string()
      .describe(
        "The role of the member: `admin` or `member`. Only an admin can reveal or rotate the primary sandbox key.",
      ),
  })
  .meta({ id: "Caller", description: "The member of the workspace that the provider's token belongs to." });

export const getWorkspace = defineFunction(
  {
    token: "dench:index:getWorkspace",
    description: "Reads the workspace and the member that the provider's token belongs to.",
    args: z.strictObject({}),
    result: z.object({
      id: z.string().describe("The ID of the workspace."),
      name: z.string().describe("The name of the workspace."),
      slug: z.string().describe("The name of the workspace in URLs. The provider's `workspace` is compared with it."),
      caller: Caller.optional(),
    }),
  },
  async ({ client }) => {
    // Not cached: the workspace or the member may change during a long run of the Automation API.
    const { id, name, slug, caller } = await client.workspaceNow();
    await client.requireConfiguredWorkspace();
    return { id, name, slug, caller: caller && { id: caller.id, name: caller.name, role: caller.role } };
  },
);
