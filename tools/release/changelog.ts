import { pluginDownloadURL } from "../../version";

const UNRELEASED = " (not released)";

/**
 * Returns the notes of a release: its section of the changelog, and how to verify a file. Throws if the changelog has no section
 * for the version or, for a `tag`, if the tag does not name the version or the section says that it is not released.
 */
export function releaseNotes(changelog: string, version: string, tag?: string): string {
  if (tag !== undefined && tag !== `v${version}`)
    throw new Error(`the tag ${tag} does not name the version ${version}. Run npm run version, or tag another commit`);
  const [, ...sections] = changelog.split(/^## /m);
  const section = sections.find((each) =>
    [version, version + UNRELEASED].some((title) => each.startsWith(`${title}\n`)),
  );
  if (section === undefined) throw new Error(`CHANGELOG.md has no section ${version}. Add it`);
  const [title = "", ...lines] = section.split("\n");
  if (tag !== undefined && title.endsWith(UNRELEASED))
    throw new Error(
      `CHANGELOG.md says that ${version} is not released. Remove that from the heading, and tag this commit`,
    );
  const [owner, name] = pluginDownloadURL.split("/").slice(-2);
  return `${lines.join("\n").trim()}\n\nTo verify a file: \`gh attestation verify FILE --repo ${owner}/${name}\`.\n`;
}
