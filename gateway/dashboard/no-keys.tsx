/** A program that a test runs. */
export const PROGRAM = `import * as dench from "pulumi-dench";

const ci = new dench.GatewayKey("ci", { name: "CI/CD" });
export const key = ci.key;`;

/** What to do in a workspace without additional keys. */
export function NoKeys() {
  return (
    <div class="no-keys">
      <p>There are no additional keys yet. Create one, or declare one in a Pulumi program:</p>
      <div class="program">
        <pre>
          <code id="program">{PROGRAM}</code>
        </pre>
        <button type="button" data-copy="program">
          Copy
        </button>
      </div>
    </div>
  );
}
