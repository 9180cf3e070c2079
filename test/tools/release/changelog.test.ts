import { expect, it } from "vitest";
import { releaseNotes } from "../../../tools/release/changelog";

const changelog = (title: string) =>
  `# Changelog\n\n## ${title}\n\n- A new option.\n- A fix.\n\n## 0.9.0\n\n- An older change.\n`;

it("the notes of a release are its section of the changelog, and how to verify a file", () => {
  const notes =
    "- A new option.\n- A fix.\n\nTo verify a file: `gh attestation verify FILE --repo DenchHQ/pulumi-dench`.\n";
  expect(releaseNotes(changelog("1.0.0"), "1.0.0", "v1.0.0")).toBe(notes);
  expect(releaseNotes(changelog("1.0.0 (not released)"), "1.0.0")).toBe(notes);
});

it.each([
  ["another version", "1.0.0", "v1.0.1", "the tag v1.0.1 does not name the version 1.0.0"],
  ["no version", "1.0.0", "1.0.0", "the tag 1.0.0 does not name the version 1.0.0"],
  ["an unreleased version", "1.0.0 (not released)", "v1.0.0", "CHANGELOG.md says that 1.0.0 is not released"],
  ["a version that the changelog lacks", "1.0.0-beta.1", "v1.0.0", "CHANGELOG.md has no section 1.0.0"],
])("a tag of %s is refused", (_what, title, tag, message) => {
  expect(() => releaseNotes(changelog(title), "1.0.0", tag)).toThrow(message);
});
