/** Names of keys as people write them. */
export const NAMES_BY_HAND: readonly string[] = [
  "CI/CD",
  "ci/cd",
  "Ci CD",
  "ci-cd",
  " ci  cd ",
  "🚀 Launch",
  "🔑",
  "Küche (Zürich)",
  "日本語",
  "Ada's laptop",
  'web: "staging" #2',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: programs could take it as a reference.
  "${ci.key}",
  "{name} %s \\n",
  "42",
  "true",
  "null",
  "x".repeat(200),
];
