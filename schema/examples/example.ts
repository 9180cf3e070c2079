/** The languages of the Pulumi Registry, in its order. */
export const LANGUAGES = ["typescript", "python", "go", "csharp", "java", "yaml"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A program in every language. */
export interface Example {
  readonly title: string;
  readonly programs: Readonly<Record<Language, string>>;
}
