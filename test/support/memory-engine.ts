import { DenchError, NotInitializedError } from "../../provider/errors";
import type { Checked, Resource } from "../../provider/resources/handler";
import type { Context, Fields } from "../../provider/session/context";
import { Run } from "../../provider/session/run";
import type { MemoryWorkspace } from "./memory-workspace";

/** The result of an update. */
export type Outcome = "done" | "refused" | "failed";

/** Simulates the engine for one resource: its state, and the order of its calls. */
export class MemoryEngine {
  state: { id: string; outputs: Fields } | undefined;
  /** The replaced resources whose deletion failed. Each update retries them. */
  pendingDeletes: Fields[] = [];
  readonly #resource: Resource;
  #isInitialized = true;

  constructor(resource: Resource) {
    this.#resource = resource;
  }

  copy(): MemoryEngine {
    const copy = new MemoryEngine(this.#resource);
    copy.state = this.state;
    copy.pendingDeletes = [...this.pendingDeletes];
    copy.#isInitialized = this.#isInitialized;
    return copy;
  }

  /** Runs `pulumi up` in a new process. Returns `refused` if the program's inputs prevent every change. */
  async up(workspace: MemoryWorkspace, program: Fields): Promise<Outcome> {
    const resource = this.#resource;
    const context = this.#contextIn(workspace);
    try {
      const { inputs, problems } = this.#check(context, program);
      if (problems.length > 0) return "refused";
      if (!this.state) {
        this.state = await this.#kept(
          resource.create(context, { inputs }).then(({ id, state }) => ({ id, outputs: state })),
        );
      } else {
        const { id, outputs } = this.state;
        const differences = await resource.diff(context, { state: outputs, inputs });
        if (differences.some(({ replace }) => replace)) {
          const made = await resource.create(context, { inputs });
          this.pendingDeletes.push(outputs);
          this.state = { id: made.id, outputs: made.state };
        } else if (differences.length > 0 || !this.#isInitialized) {
          const update = resource.update(context, { id, state: outputs, inputs });
          this.state = await this.#kept(update.then((state) => ({ id, outputs: state })));
        }
      }
      while (this.pendingDeletes.length > 0) {
        await resource.delete(context, { state: this.pendingDeletes[0] ?? {} });
        this.pendingDeletes.shift();
      }
      return "done";
    } catch (error) {
      if (error instanceof DenchError && error.code === "key_in_use") return "refused";
      if (error instanceof DenchError) return "failed";
      throw error;
    }
  }

  /** Returns the outputs that `pulumi preview` shows. */
  async preview(workspace: MemoryWorkspace, program: Fields): Promise<Fields> {
    const context = this.#contextIn(workspace);
    const { inputs } = this.#check(context, program);
    if (!this.state) return this.#resource.preview(context, { inputs });
    const state = this.state.outputs;
    const differences = await this.#resource.diff(context, { state, inputs });
    const isUpdate = differences.length > 0 || !this.#isInitialized;
    return isUpdate ? this.#resource.preview(context, { inputs, state }) : state;
  }

  async refresh(workspace: MemoryWorkspace): Promise<void> {
    if (!this.state) return;
    const context = this.#contextIn(workspace);
    const { id, outputs } = this.state;
    const found = await this.#resource.read(context, { id, inputs: {}, state: outputs });
    this.state = found && { id, outputs: found.state };
  }

  #contextIn(workspace: MemoryWorkspace): Context {
    return workspace.context(new Run(), `urn:pulumi:dev::shop::${this.#resource.token}::ci`);
  }

  #check(context: Context, program: Fields): Checked {
    const naming = { mode: "given", name: "ci" } as const;
    return this.#resource.check(context, { news: program, olds: {}, state: this.state?.outputs, naming });
  }

  async #kept(work: Promise<{ id: string; outputs: Fields }>): Promise<{ id: string; outputs: Fields }> {
    try {
      const state = await work;
      this.#isInitialized = true;
      return state;
    } catch (error) {
      if (error instanceof NotInitializedError) {
        this.state = { id: error.id, outputs: error.state };
        this.#isInitialized = false;
      }
      throw error;
    }
  }
}
