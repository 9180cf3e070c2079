import { readFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { projectRoot } from "./project";

/** What the source declares, with its documentation on one line. */
export interface Declared {
  /** The first paragraph. */
  readonly documentation: string;
  /** The properties of an interface or class. */
  readonly fields: Fields;
}

export interface Field {
  readonly isOptional: boolean;
  readonly type: string;
  readonly documentation: string;
}

export type Fields = Readonly<Record<string, Field>>;

/** The interfaces, types, classes and functions that a source file exports. */
export async function declarationsOf(file: string): Promise<Record<string, Declared>> {
  const text = await readFile(join(projectRoot, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const declarations: Record<string, Declared> = {};
  for (const statement of source.statements) {
    const isNamed =
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isFunctionDeclaration(statement);
    if (!isNamed || !statement.name) continue;
    if (!statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) continue;
    const members = "members" in statement ? [...statement.members] : [];
    const fields = members.flatMap((member) =>
      (ts.isPropertySignature(member) || ts.isPropertyDeclaration(member)) && ts.isIdentifier(member.name)
        ? [[member.name.text, field(member)] as const]
        : [],
    );
    declarations[statement.name.text] = {
      documentation: documentationOf(statement),
      fields: Object.fromEntries(fields),
    };
  }
  return declarations;
}

function field(property: ts.PropertySignature | ts.PropertyDeclaration): Field {
  return {
    isOptional: property.questionToken !== undefined,
    type: property.type?.getText() ?? "",
    documentation: documentationOf(property),
  };
}

function documentationOf(node: ts.Node): string {
  const comment = ts.getJSDocCommentsAndTags(node).at(0)?.comment;
  const [paragraph = ""] = (ts.getTextOfJSDocComment(comment) ?? "").split("\n\n");
  return paragraph.replace(/\s+/g, " ").trim();
}
