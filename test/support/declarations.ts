import { readFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { projectRoot } from "./project";

/** A property or function as the source declares it, with its documentation on one line. */
export interface Declared {
  readonly isOptional: boolean;
  readonly type: string;
  readonly documentation: string;
}

/** What a source file declares: of each interface and class its properties, and each function. */
export async function declarationsOf(file: string): Promise<Record<string, Declared & { fields: Fields }>> {
  const text = await readFile(join(projectRoot, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const declarations: Record<string, Declared & { fields: Fields }> = {};
  for (const statement of source.statements) {
    const isNamed =
      ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement) || ts.isFunctionDeclaration(statement);
    if (!isNamed || !statement.name) continue;
    const members = ts.isFunctionDeclaration(statement) ? [] : [...statement.members];
    const fields = members.flatMap((member) =>
      (ts.isPropertySignature(member) || ts.isPropertyDeclaration(member)) && ts.isIdentifier(member.name)
        ? [[member.name.text, declared(member)] as const]
        : [],
    );
    declarations[statement.name.text] = { ...declared(statement), fields: Object.fromEntries(fields) };
  }
  return declarations;
}

export type Fields = Readonly<Record<string, Declared>>;

function declared(node: ts.InterfaceDeclaration | ts.ClassDeclaration | ts.FunctionDeclaration | Property): Declared {
  const comment = ts.getJSDocCommentsAndTags(node).at(0)?.comment;
  const documentation = (ts.getTextOfJSDocComment(comment) ?? "").split("\n\n").at(0) ?? "";
  const isProperty = ts.isPropertySignature(node) || ts.isPropertyDeclaration(node);
  return {
    isOptional: isProperty && node.questionToken !== undefined,
    type: isProperty ? (node.type?.getText() ?? "") : "",
    documentation: documentation.replace(/\s+/g, " ").trim(),
  };
}

type Property = ts.PropertySignature | ts.PropertyDeclaration;
