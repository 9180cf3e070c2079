/** Returns a document in which the text between the marks `<!-- name -->` and `<!-- /name -->` is replaced. */
export function withSection(document: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, rest] = [document.indexOf(start), document.indexOf(end)];
  if (before < 0 || rest < before) throw new Error(`the document has no section ${name}`);
  return `${document.slice(0, before + start.length)}\n\n${text}\n\n${document.slice(rest)}`;
}
