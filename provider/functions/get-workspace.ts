import * as z from "zod";
import { defineFunction } from "./handler";

const Caller = z
  .object({
    id: z.string().describe("Id of the member that the token belongs to."),
    name: z.string().describe("Name of the member."),
    role: z.string().describe("`admin` or `member`. Only an admin may reveal or rotate the primary sandbox key."),
  })
  .meta({ id: "Caller", description: "The member of the workspace who calls with the provider's token." });

export const getWorkspace = defineFunction(
  {
    token: "dench:index:getWorkspace",
    description: "The workspace that the provider's token belongs to, and who calls with it.",
    args: z.strictObject({}),
    result: z.object({
      id: z.string().describe("Id of the workspace."),
      name: z.string().describe("Name of the workspace."),
      slug: z.string().describe("Its name in addresses, and what the provider's `workspace` is compared with."),
      caller: Caller.optional(),
    }),
  },
  async ({ client }) => {
    // Asked anew: a program of the Automation API may live on while a workspace or a member changes.
    const { id, name, slug, caller } = await client.workspaceNow();
    await client.requireConfiguredWorkspace();
    return { id, name, slug, caller: caller && { id: caller.id, name: caller.name, role: caller.role } };
  },
);
