import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chmod, cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished } from "vitest";
import { version } from "../../version";
import type { Ended } from "../support/cli-stack";
import { temporaryFolder } from "../support/folder";
import { type TestGateway, testGateway } from "../support/gateway";
import { stackWithInstalledPlugin } from "../support/installed";
import { SECRETS_PROVIDER } from "../support/key-service";
import { listen } from "../support/listen";
import { projectRoot } from "../support/project";
import { FaultProxy } from "../support/proxy";
import { it, itInRest } from "../support/sample";
import { DAY, HOUR } from "../support/scene";
import { describeWithEngine } from "../support/stack";

const EXAMPLE = join(projectRoot, "examples/ci");
/** A preview whose drift check is not required waits ten seconds. */
const LONGER_THAN_THE_TIMEOUT_MS = 11_000;

/** A command of a pipeline. */
interface Step {
  readonly command: string;
  readonly onFailure: boolean;
}

/** Returns the commands of a workflow for GitHub Actions, in order. */
async function stepsOf(workflow: string): Promise<Step[]> {
  const yaml = await readFile(join(EXAMPLE, ".github/workflows", `${workflow}.yml`), "utf8");
  return Array.from(
    yaml.matchAll(/^ {6}- (?:id: \w+\n +)?(if: failure.+\n +)?run: (.+)$/gm),
    ([, condition, command = ""]) => ({
      command,
      onFailure: condition !== undefined,
    }),
  );
}

/** Returns the commands of a job for GitLab CI, in order. */
async function scriptOf(job: string): Promise<string> {
  const yaml = await readFile(join(EXAMPLE, ".gitlab-ci.yml"), "utf8");
  const [, script = ""] = new RegExp(`^${job}:\\n(?: .*\\n)*?  script:\\n((?:    - .*\\n)+)`, "m").exec(yaml) ?? [];
  return script.replaceAll(/^ {4}- /gm, "");
}

/** A request to GitLab's API. */
interface ApiRequest {
  readonly request: string;
  readonly body: string;
}

/** Starts a server in place of GitLab's API. It returns this archive as the artifacts of a job. */
async function gitlabApi(archive: () => Promise<Buffer>): Promise<{ url: string; requests: ApiRequest[] }> {
  const requests: ApiRequest[] = [];
  const server = createServer((request, response) => {
    const respond = async () => {
      requests.push({ request: `${request.method} ${request.url}`, body: await text(request) });
      if (request.url?.includes("/artifacts/")) return archive();
      return request.url?.includes("/repository/commits/") ? '[{"iid":12}]' : "[]";
    };
    respond().then(
      (body) => response.end(body),
      () => response.destroy(),
    );
  });
  return { url: `http://127.0.0.1:${await listen(server, onTestFinished)}`, requests };
}

/** A copy of the example, as a team would have it, with its gateway and the commands that its pipelines call. */
class Pipeline {
  readonly gateway: TestGateway;
  readonly proxy: FaultProxy;
  readonly folder: string;
  readonly env: Record<string, string | undefined>;
  readonly #now: { ms: number };

  private constructor(
    gateway: TestGateway,
    proxy: FaultProxy,
    { folder, env }: { folder: string; env: Record<string, string | undefined> },
    now: { ms: number },
  ) {
    this.gateway = gateway;
    this.proxy = proxy;
    this.folder = folder;
    this.env = env;
    this.#now = now;
  }

  static async open(): Promise<Pipeline> {
    const now = { ms: Date.parse("2026-05-01T00:00:00Z") };
    const gateway = await testGateway({ clock: () => now.ms });
    const proxy = await FaultProxy.before(gateway.gateway.url);
    proxy.date = () => new Date(now.ms);
    const installed = await stackWithInstalledPlugin(gateway);
    const folder = join(installed.folder, "ci");
    await cp(EXAMPLE, folder, { recursive: true });
    const project = join(folder, "Pulumi.yaml");
    await writeFile(project, (await readFile(project, "utf8")).replace("value: acme", "value: local"));
    // Replaces GitHub's command line, and records each call.
    const programs = join(installed.folder, "programs");
    await mkdir(programs);
    const gh = `#!/bin/sh\necho "$*" >> ${folder}/gh.txt\ncase "$*" in *secret-scanning/alerts\\?*) echo 4;; *secret-scanning/alerts/4*) echo "$LEAKED";; api*) echo 0123abc;; "run list"*) echo 7;; "issue list"*) echo 0;; esac\n`;
    await writeFile(join(programs, "gh"), gh, { mode: 0o755 });
    // Replaces npm, since the package is not published.
    const npx = `#!/bin/sh\n[ "$1 $2" = "--yes pulumi-dench@${version}" ] || exit 9\nshift 2\nexec ${join(projectRoot, "dist/pulumi-dench")} "$@"\n`;
    await writeFile(join(programs, "npx"), npx, { mode: 0o755 });
    const pipeline = new Pipeline(
      gateway,
      proxy,
      {
        folder,
        env: {
          ...installed.env,
          PATH: [programs, installed.env["PATH"]].join(delimiter),
          DENCH_BASE_URL: `${proxy.url}/api/v1`,
          GITHUB_REPOSITORY: "acme/shop",
          GITHUB_SHA: "4567def",
          PULL_REQUEST: "12",
        },
      },
      now,
    );
    pipeline.wait(0);
    await pipeline.passing(`scripts/create-stacks.sh ${SECRETS_PROVIDER}`);
    return pipeline;
  }

  wait(milliseconds: number): void {
    this.#now.ms += milliseconds;
    this.env["DENCH_TEST_NOW"] = new Date(this.#now.ms).toISOString();
  }

  /** Runs a command as a runner for GitHub Actions does. */
  async run(command: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return runIn(this.folder, command, { ...this.env, ...env });
  }

  async passing(command: string): Promise<string> {
    const { code, output } = await this.run(command);
    expect(code, `${command}\n${output}`).toBe(0);
    return output;
  }

  /** Runs the commands of a workflow. Returns the commands that failed. */
  async workflow(name: string, { stack = "", ...env }: Readonly<Record<string, string>> = {}): Promise<string[]> {
    const failed: string[] = [];
    for (const { command, onFailure } of await stepsOf(name)) {
      if (failed.length > 0 !== onFailure) continue;
      const adapted = command.replaceAll(/\$\{\{ matrix\.stack \}\}/g, () => stack);
      expect(adapted).not.toContain("${{");
      const { code, output } = await this.run(adapted, env);
      if (code !== 0) failed.push(`${adapted}\n${output}`);
    }
    return failed;
  }

  /** Returns the calls of GitHub's command line since the previous call. */
  async calls(): Promise<string[]> {
    const calls = await readFile(join(this.folder, "gh.txt"), "utf8");
    await writeFile(join(this.folder, "gh.txt"), "");
    return calls.trim().split("\n");
  }

  async activeNames(): Promise<string[]> {
    return (await this.gateway.activeKeys()).map(({ name }) => name).toSorted();
  }
}

async function runIn(cwd: string, command: string, env: Readonly<Record<string, string | undefined>>): Promise<Ended> {
  const child = spawn("bash", ["-eo", "pipefail", "-c", `exec 2>&1\n${command}`], { cwd, env });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, "close");
  return { code, output };
}

describeWithEngine("examples/ci", () => {
  it("previews and deploys a stack by its plan, and its drift check fails after a key is revoked elsewhere", async () => {
    const pipeline = await Pipeline.open();
    await pipeline.passing("scripts/preview.sh dev");
    await pipeline.passing("scripts/up.sh dev");
    expect(await pipeline.activeNames()).toEqual(["Shop dev"]);
    // A plan of an existing key is stored as an artifact.
    await pipeline.passing("scripts/preview.sh dev");
    const value = await pipeline.passing("pulumi stack output key --stack dev --show-secrets");
    expect(await pipeline.gateway.dataPlane(value.trim())).toBe(200);
    for (const file of ["dev.json", "dev.txt"])
      expect(await readFile(join(pipeline.folder, "plans", file), "utf8")).not.toContain(value.trim());
    await pipeline.passing("scripts/check-drift.sh dev");
    expect(await pipeline.passing("scripts/audit.sh dev staging")).toMatch(/\nNo findings\.\n$/);
    const [key] = await pipeline.gateway.activeKeys();
    await pipeline.gateway.revoke(key?.id ?? "");
    const { code, output } = await pipeline.run("scripts/check-drift.sh dev");
    expect(code).not.toBe(0);
    expect(output).toContain("was revoked outside of this program");
    const audit = await pipeline.run("scripts/audit.sh dev staging");
    expect([audit.code, audit.output]).toEqual([2, expect.stringContaining("error revoked_in_state")]);
  });

  itInRest("deploys, rotates, detects drift behind a slow server and responds to a leak by its workflows", async () => {
    const pipeline = await Pipeline.open();
    const all = ["Shop dev", "Shop production", "Shop staging"];

    expect(await pipeline.workflow("preview")).toEqual([]);
    expect(await pipeline.calls()).toEqual([expect.stringContaining("pr comment 12 --body-file plans/comment.md")]);
    expect(await readFile(join(pipeline.folder, "plans/comment.md"), "utf8")).toContain("GatewayKey shop create");
    expect(await pipeline.gateway.keys()).toEqual([]);
    expect(await pipeline.workflow("deploy")).toEqual([]);
    expect((await pipeline.calls()).at(-1)).toBe("run download 7 --name plans --dir plans");
    expect(await pipeline.activeNames()).toEqual(all);

    pipeline.wait(31 * DAY);
    expect(await pipeline.workflow("rotate")).toEqual([]);
    expect(await pipeline.activeNames()).toHaveLength(6);
    pipeline.wait(25 * HOUR);
    expect(await pipeline.workflow("rotate")).toEqual([]);
    expect(await pipeline.activeNames()).toEqual(all);
    expect(await pipeline.workflow("audit")).toEqual([]);

    const found = (await pipeline.gateway.activeKeys()).find(({ name }) => name === "Shop production");
    await pipeline.gateway.revoke(found?.id ?? "");
    pipeline.proxy.onRequest = ({ path }) =>
      path.includes("/api-keys")
        ? new Promise((resolve) => setTimeout(() => resolve("pass"), LONGER_THAN_THE_TIMEOUT_MS))
        : "pass";
    const [drift = "", ...others] = await pipeline.workflow("drift", { stack: "production" });
    expect(drift).toContain("was revoked outside of this program");
    expect(others).toEqual([]);
    expect((await pipeline.calls()).at(-1)).toContain("issue create --title The keys of production differ");
    pipeline.proxy.onRequest = () => "pass";

    const [audit = "", ...more] = await pipeline.workflow("audit", { GITHUB_ACTIONS: "true" });
    expect(audit).toMatch(/^::error title=revoked_in_state::key_\w+ "Shop production" …/m);
    expect(more).toEqual([]);
    expect((await pipeline.calls()).at(-1)).toContain("issue create --title The audit of the keys has findings");

    const before = await pipeline.gateway.activeKeys();
    expect(await pipeline.workflow("incident", { STACK: "staging", INCIDENT: "INC-2041" })).toEqual([]);
    const leaked = before.find(({ name }) => name === "Shop staging");
    const now = await pipeline.gateway.activeKeys();
    expect(now.filter(({ name }) => name === "Shop staging")).toHaveLength(1);
    expect(now.map(({ id }) => id)).not.toContain(leaked?.id);
    expect(await pipeline.workflow("drift", { stack: "staging" })).toEqual([]);
  });

  itInRest(
    "opens an issue with the resource of a leaked key for an alert of secret scanning, without the value",
    async () => {
      const pipeline = await Pipeline.open();
      await pipeline.passing("scripts/rotate.sh dev");
      const leaked = (await pipeline.passing("pulumi stack output key --stack dev --show-secrets")).trim();
      const [, pattern = ""] =
        /^ *`(dg_live_.+)`$/m.exec(await readFile(join(projectRoot, "docs/pipelines.md"), "utf8")) ?? [];
      expect(leaked).toMatch(new RegExp(`^${pattern}$`));
      Object.assign(pipeline.env, {
        DENCH_GATEWAY_URL: pipeline.gateway.gateway.gatewayUrl,
        ALERTS_TOKEN: randomUUID(),
      });

      expect(await pipeline.workflow("leak", { LEAKED: leaked })).toEqual([]);
      expect((await pipeline.calls()).at(-1)).toBe(
        "issue create --title Secret scanning alert 4: a gateway key has leaked --body-file leak.md",
      );
      const report = await readFile(join(pipeline.folder, "leak.md"), "utf8");
      expect(report).toContain("urn:pulumi:dev::shop-keys::dench:index:GatewayKey::shop");
      expect(report).not.toContain(leaked);

      const again = async (value: string) => {
        const { code, output } = await pipeline.run("scripts/github/find-leaks.sh", { LEAKED: value });
        const [, shown = ""] = output.split(`::add-mask::${value}\n`);
        expect(output.replace(`::add-mask::${value}\n`, "")).not.toContain(value);
        return { code, shown };
      };
      expect(await again(`${leaked.slice(0, -4)}0000`)).toEqual({
        code: 1,
        shown: expect.stringContaining("No key of this"),
      });
      for (const { id } of await pipeline.gateway.activeKeys()) await pipeline.gateway.revoke(id);
      expect(await again(leaked)).toEqual({ code: 0, shown: expect.stringContaining("the key is revoked") });
    },
  );

  itInRest("deploys a merge request by its plans, and opens an issue about drift, in GitLab", async () => {
    const pipeline = await Pipeline.open();
    const { url, requests } = await gitlabApi(() => readFile(join(pipeline.folder, "artifacts.zip")));
    Object.assign(pipeline.env, {
      CI_API_V4_URL: url,
      CI_PROJECT_ID: "34",
      CI_MERGE_REQUEST_IID: "12",
      CI_COMMIT_SHA: "4567def",
      GITLAB_TOKEN: randomUUID(),
      STACK: "dev",
    });
    await pipeline.passing(await scriptOf("preview"));
    const comment = requests.splice(0);
    expect(comment.map(({ request }) => request)).toEqual(["POST /projects/34/merge_requests/12/notes"]);
    expect(new URLSearchParams(comment[0]?.body).get("body")).toContain("GatewayKey shop create");

    await pipeline.passing("python3 -m zipfile -c artifacts.zip plans && rm -r plans");
    await pipeline.passing(await scriptOf("deploy"));
    expect(requests.splice(0).map(({ request }) => request)).toEqual([
      "GET /projects/34/repository/commits/4567def/merge_requests",
      "GET /projects/34/jobs/artifacts/refs%2Fmerge-requests%2F12%2Fhead/download?job=preview",
    ]);
    expect(await pipeline.activeNames()).toHaveLength(3);

    await pipeline.passing(await scriptOf("drift"));
    for (const { id } of await pipeline.gateway.activeKeys()) await pipeline.gateway.revoke(id);
    const { code, output } = await pipeline.run(await scriptOf("drift"));
    expect([code, output]).toEqual([1, expect.stringContaining("was revoked outside of this program")]);
    const [search, issue, ...others] = requests;
    expect(search?.request).toMatch(/^GET .*state=opened/);
    expect(new URLSearchParams(issue?.body).get("title")).toBe("The keys of dev differ from the program");
    expect(new URLSearchParams(issue?.body).get("description")).toContain("was revoked outside of this program");
    expect(others).toEqual([]);

    requests.length = 0;
    const audit = await pipeline.run(await scriptOf("audit"));
    expect([audit.code, audit.output]).toEqual([1, expect.stringContaining("error revoked_in_state")]);
    expect(new URLSearchParams(requests[1]?.body).get("title")).toBe("The audit of the keys has findings");
  });

  it("has scripts that stop at the first failure, with its exit code", async () => {
    const folder = await temporaryFolder();
    await cp(join(EXAMPLE, "scripts"), join(folder, "scripts"), { recursive: true });
    for (const name of ["pulumi", "gh", "curl"]) {
      const program = join(folder, name);
      await writeFile(program, `#!/bin/sh\necho called >> ${folder}/calls.txt\nexit 7\n`);
      await chmod(program, 0o755);
    }
    await mkdir(join(folder, "plans"));
    await writeFile(join(folder, "plans/dev.txt"), "");
    const names = await readdir(join(folder, "scripts"), { recursive: true });
    const scripts = names.filter((name) => name.endsWith(".sh"));
    expect(scripts).toHaveLength(16);
    for (const script of scripts) {
      await writeFile(join(folder, "calls.txt"), "");
      const env = {
        PATH: [folder, process.env["PATH"]].join(delimiter),
        PULUMI_BACKEND_URL: "file://state",
        DENCH_API_KEY: "unused",
        GITLAB_TOKEN: "unused",
        ALERTS_TOKEN: "unused",
        CI_API_V4_URL: "https://gitlab.example",
        CI_PROJECT_ID: "1",
        GITHUB_REPOSITORY: "acme/shop",
      };
      const { code, output } = await runIn(folder, `scripts/${script} dev INC-1`, env);
      expect([code, await readFile(join(folder, "calls.txt"), "utf8")], `${script}\n${output}`).toEqual([
        7,
        "called\n",
      ]);
    }
  });

  it("downloads no plans of another pull request if a commit belongs to none", async () => {
    const folder = await temporaryFolder();
    const calls = join(folder, "calls.txt");
    // GitHub's command line prints an empty line for a value that is absent.
    const gh = `#!/bin/sh\necho "$1" >> ${calls}\ncase "$1" in api) echo;; run) echo 7;; esac\n`;
    await writeFile(join(folder, "gh"), gh, { mode: 0o755 });
    const { code, output } = await runIn(EXAMPLE, "scripts/github/fetch-plans.sh 4567def", {
      PATH: [folder, process.env["PATH"]].join(delimiter),
      GITHUB_REPOSITORY: "acme/shop",
    });
    expect([code, output]).toEqual([1, expect.stringContaining("The commit 4567def belongs to no pull request.")]);
    expect(await readFile(calls, "utf8")).toBe("api\n");
  });

  it("refuses an incident that is no identifier, and a setup without a token", async () => {
    for (const incident of ["", "a b", "$(date)", "--help"]) {
      const { code, output } = await runIn(EXAMPLE, `scripts/respond.sh dev "$INCIDENT"`, {
        PATH: process.env["PATH"],
        INCIDENT: incident,
      });
      expect([code, output]).toEqual([2, expect.stringContaining("for example INC-2041")]);
    }
    const { code, output } = await runIn(EXAMPLE, "scripts/setup.sh", { PATH: process.env["PATH"] });
    expect([code, output]).toEqual([2, expect.stringContaining("PULUMI_BACKEND_URL is not set")]);
  });
});
