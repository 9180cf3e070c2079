import { Options, variables } from "../../provider/config/options";
import { packageSchema } from "../package-schema";
import { tableOf } from "./markdown";

/** Returns a table of the provider's options, and of the places where each can be set. */
export function optionsTable(): string {
  const { inputProperties } = packageSchema().provider;
  const defaults = new Map(Object.entries(Options.parse({})));
  const rows = Object.entries(variables).map(([option, variable]) => {
    const [meaning = ""] = inputProperties[option]?.description.split(" Defaults to ") ?? [];
    return [`\`${option}\``, `\`dench:${option}\``, `\`${variable}\``, String(defaults.get(option) ?? "none"), meaning];
  });
  return tableOf(["Provider argument", "Stack config", "Environment", "Default", "Description"], rows);
}
