import { problemWithoutNode } from "../../node-version";

const NODE_SHEBANG = "#!/usr/bin/env node\n";

/**
 * Returns a script of Node with first lines for `sh`. They start Node, or name the required version if there is no Node. To Node,
 * they are a string and a comment.
 */
export function withShellLines(program: string, script: string): string {
  if (!script.startsWith(NODE_SHEBANG)) throw new Error(`The first line of ${program} is not ${NODE_SHEBANG.trim()}.`);
  const check = `command -v node >/dev/null || { echo "${problemWithoutNode(program)}" >&2; exit 1; }`;
  return `#!/bin/sh\n":" //; ${check}; exec node "$0" "$@"\n${script.slice(NODE_SHEBANG.length)}`;
}

/** Returns a command file for Windows that starts a script of Node, or names the required version if there is no Node. */
export function commandFile(program: string): string {
  // The full path, because PATH may lack the folder of Windows' own programs.
  const find = '@"%SystemRoot%\\System32\\where.exe" /q node';
  const lines = [`${find} || (echo ${problemWithoutNode(program)} 1>&2 & exit /b 1)`, `@node "%~dp0${program}" %*`];
  return lines.map((line) => `${line}\r\n`).join("");
}

/** Returns a file for `sh` that starts the plugin in its folder as the converter. */
export function converterLauncher(plugin: string): string {
  // The file may be linked to from a folder on PATH.
  return `#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/${plugin}" --converter "$@"\n`;
}

/** Returns a command file for Windows that starts the plugin in its folder as the converter. */
export function converterCommandFile(plugin: string): string {
  return `@"%~dp0${plugin}.cmd" --converter %*\r\n`;
}
