// The language check of what textlint cannot read by itself: comments and sentences in the sources. The descriptions of the
// package schema are among them. Prints each problem with its file and line, and fails if there is one.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createLinter, loadTextlintrc } from "textlint";
import ts from "typescript";

/** A string of fewer words is a name or a value. */
const SENTENCE = /\S(\s+\S+){3}/;
/** A text of several lines is a program. */
const PROGRAM = /\n/;
/** A comment for a tool. */
const DIRECTIVE = /^(?:\/\/|\/\*\*?)\s*(?:biome-ignore|@|<)/;

/** Returns the comments and sentences of a source as Markdown, each on the line where it begins in the source. */
function wordsOf(file, source) {
  const lines = Array.from({ length: source.split("\n").length }, () => "");
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const add = (position, text) => {
    const { line } = tree.getLineAndCharacterOfPosition(position);
    for (const [index, part] of text.split("\n").entries()) lines[line + index] += ` ${part.trim()}`;
  };
  const comments = new Map();
  const visit = (node) => {
    const ranges = [
      ...(ts.getLeadingCommentRanges(source, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(source, node.getEnd()) ?? []),
    ];
    for (const { pos, end } of ranges) comments.set(pos, source.slice(pos, end));
    const text = textOf(node);
    if (PROGRAM.test(text)) return;
    if (SENTENCE.test(text)) add(node.getStart(), /[.!?:]$/.test(text) ? text : `${text}.`);
    else for (const child of node.getChildren()) visit(child);
  };
  visit(tree);
  for (const [position, text] of comments) {
    if (!DIRECTIVE.test(text)) add(position, text.replaceAll(/^\s*(?:\/\*\*?|\*\/|\*|\/\/)|\*\/$/gm, ""));
  }
  return lines.map((line) => line.trim()).join("\n");
}

function textOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return "";
  return [node.head, ...node.templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join("`x`");
}

const files = execFileSync("git", ["ls-files", "*.ts", "*.tsx", "*.mjs", "*.cjs", "*.mts"], { encoding: "utf8" })
  .trim()
  .split("\n");
const linter = createLinter({ descriptor: await loadTextlintrc() });
let problems = 0;
for (const file of files) {
  const result = await linter.lintText(wordsOf(file, readFileSync(file, "utf8")), `${file}.md`);
  // A string in a test may be a program, or a text that the test expects.
  const messages = result.messages.filter(({ ruleId }) => ruleId !== "sentence-length" || !file.startsWith("test/"));
  problems += messages.length;
  for (const { line, message } of messages) console.error(`${file}:${line}: ${message.replaceAll(/\s*\n/g, " ")}`);
}
process.exitCode = problems > 0 ? 1 : 0;
