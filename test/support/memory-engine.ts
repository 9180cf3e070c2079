import { DenchError, NotInitializedError } from "../../provider/errors";
import { gatewayKey } from "../../provider/resources/gateway-key";
import type { Fields } from "../../provider/session/context";
import { Run } from "../../provider/session/run";
import type { MemoryWorkspace } from "./memory-workspace";

const URN = "urn:pulumi:dev::shop::dench:index:GatewayKey::ci";

/** What an update came to. */
export type Outcome = "done" | "refused" | "failed";

/** The engine's part in the life of one resource: what it keeps, and in which order it asks. */
export class MemoryEngine {
  state: { id: string; outputs: Fields } | undefined;
  /** Old ones of replacements whose deletion failed: tried again at each update. */
  pendingDeletes: Fields[] = [];
  #isInitialized = true;

  copy(): MemoryEngine {
    const copy = new MemoryEngine();
    copy.state = this.state;
    copy.pendingDeletes = [...this.pendingDeletes];
    copy.#isInitialized = this.#isInitialized;
    return copy;
  }

  /** One `pulumi up`, in a process of its own. `refused`: nothing was changed, for a reason that the program gives. */
  async up(workspace: MemoryWorkspace, program: Fields): Promise<Outcome> {
    const context = workspace.context(new Run(), URN);
    const naming = { mode: "given", name: "ci" } as const;
    try {
      const checked = gatewayKey.check(context, { news: program, olds: {}, state: this.state?.outputs, naming });
      if (checked.problems.length > 0) return "refused";
      const { inputs } = checked;
      if (!this.state) {
        this.state = await this.#kept(
          gatewayKey.create(context, { inputs }).then(({ id, state }) => ({ id, outputs: state })),
        );
      } else {
        const { id, outputs } = this.state;
        const differences = await gatewayKey.diff(context, { state: outputs, inputs });
        if (differences.some(({ replace }) => replace)) {
          const made = await gatewayKey.create(context, { inputs });
          this.pendingDeletes.push(outputs);
          this.state = { id: made.id, outputs: made.state };
        } else if (differences.length > 0 || !this.#isInitialized) {
          const update = gatewayKey.update(context, { id, state: outputs, inputs });
          this.state = await this.#kept(update.then((state) => ({ id, outputs: state })));
        }
      }
      while (this.pendingDeletes.length > 0) {
        await gatewayKey.delete(context, { state: this.pendingDeletes[0] ?? {} });
        this.pendingDeletes.shift();
      }
      return "done";
    } catch (error) {
      if (error instanceof DenchError && error.code === "key_in_use") return "refused";
      if (error instanceof DenchError) return "failed";
      throw error;
    }
  }

  async refresh(workspace: MemoryWorkspace): Promise<void> {
    if (!this.state) return;
    const context = workspace.context(new Run(), URN);
    const { id, outputs } = this.state;
    const found = await gatewayKey.read(context, { id, inputs: {}, state: outputs });
    this.state = found && { id, outputs: found.state };
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
