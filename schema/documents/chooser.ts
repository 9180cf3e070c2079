import { LANGUAGES } from "../examples/example";
import { examples } from "../examples/registry";
import { fenced } from "./markdown";

/** Returns the first example of a resource or function with a language chooser of the Pulumi Registry. */
export function chooser(token: string): string {
  const [example] = examples[token] ?? [];
  if (!example) throw new Error(`there is no example of ${token}`);
  const choices = LANGUAGES.map(
    (each) => `{{% choosable language ${each} %}}\n\n${fenced(each, example.programs[each])}\n\n{{% /choosable %}}`,
  );
  return [`{{< chooser language "${LANGUAGES.join(",")}" >}}`, ...choices, "{{< /chooser >}}"].join("\n\n");
}
