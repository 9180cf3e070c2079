import { expect, it, vi } from "vitest";
import { Limit } from "../../../provider/client/limit";

/** Returns tasks that record when they begin, and finish when the test calls `end`. */
function scene(size: number) {
  const limit = new Limit(size);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (name: string, signal?: AbortSignal) => {
    const { promise, resolve } = Promise.withResolvers<string>();
    ends.set(name, () => resolve(name));
    return limit.run(() => {
      begun.push(name);
      return promise;
    }, signal);
  };
  return { begun, start, end: (name: string) => ends.get(name)?.() };
}

it("a limit runs a fixed number of tasks at the same time, and the others in order", async () => {
  const { begun, start, end } = scene(2);
  const [a, b, c, d] = [start("a"), start("b"), start("c"), start("d")];
  end("b");
  expect(await b).toBe("b");
  await vi.waitFor(() => expect(begun).toEqual(["a", "b", "c"]), 20_000);
  end("a");
  end("c");
  end("d");
  expect(await Promise.all([a, c, d])).toEqual(["a", "c", "d"]);
  expect(begun).toEqual(["a", "b", "c", "d"]);
});

it("a task that fails passes its turn to the next", async () => {
  const limit = new Limit(1);
  const failed = limit.run(() => Promise.reject(new Error("broken")));
  const next = limit.run(async () => "next");
  await expect(failed).rejects.toThrow("broken");
  expect(await next).toBe("next");
});

it("a task that is aborted while it waits never runs, and uses no turn", async () => {
  const { begun, start, end } = scene(1);
  const gone = new AbortController();
  const [a, b, c] = [start("a"), start("b", gone.signal), start("c")];
  gone.abort(new Error("too late"));
  await expect(b).rejects.toThrow("too late");
  end("a");
  end("c");
  expect(await Promise.all([a, c])).toEqual(["a", "c"]);
  expect(begun).toEqual(["a", "c"]);
  await expect(start("d", gone.signal)).rejects.toThrow("too late");
});

it("a task that is aborted while it runs continues", async () => {
  const { start, end } = scene(1);
  const gone = new AbortController();
  const a = start("a", gone.signal);
  gone.abort();
  end("a");
  expect(await a).toBe("a");
});
