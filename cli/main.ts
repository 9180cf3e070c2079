import { errorText } from "../provider/errors";
import { version } from "../version";
import { type Command, usageError } from "./command";

/** The commands. Each is loaded when it is run: the gateway's libraries take most of the time of a start. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  adopt: async () => (await import("./adopt.js")).adopt,
  audit: async () => (await import("./audit.js")).audit,
  gateway: async () => (await import("./gateway.js")).gateway,
  whose: async () => (await import("./whose.js")).whose,
};

const USAGE = `Usage: pulumi-dench COMMAND [options]

  adopt     write a file for \`pulumi import\` with the keys that no stack manages
  audit     compare the keys of a workspace with stack states
  gateway   start a local Dench gateway
  whose     find the key of a leaked value

Run "pulumi-dench COMMAND --help" for the options of a command.

  --version   show the version
  -h, --help  show this help
`;

async function main([name = "", ...args]: readonly string[]): Promise<void> {
  ignoreClosedOutput();
  if (name === "--help" || name === "-h") process.stdout.write(USAGE);
  else if (name === "--version") process.stdout.write(`${version}\n`);
  else {
    const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (load === undefined) usageError("pulumi-dench", problemOfCommand(name));
    process.exitCode = await (await load())(args);
  }
}

function problemOfCommand(name: string): string {
  const names = new Intl.ListFormat("en", { type: "disjunction" }).format(Object.keys(commands));
  return name === "" ? `A command is missing: ${names}.` : `There is no command "${name}". Use ${names}.`;
}

/** Keeps a command running when nobody reads its output anymore, for example after `pulumi-dench gateway 2>&1 | head`. */
function ignoreClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${errorText(error)}\n`);
  process.exit(1);
});
