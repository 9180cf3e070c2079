import { ensureEngine, NoEngineError } from "./engine";

// `npm run engine`: prints the engine that the demo and tests use. Installs it if it is missing.
ensureEngine({ yaml: true, progress: (line) => process.stderr.write(`${line}\n`) }).then(
  ({ command, version, source }) => process.stdout.write(`${command.command} v${version} (${source})\n`),
  (error: unknown) => {
    process.stderr.write(error instanceof NoEngineError ? `${error.message}\n` : `${String(error)}\n`);
    process.exitCode = 1;
  },
);
