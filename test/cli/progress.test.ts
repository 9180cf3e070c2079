import { expect, it } from "vitest";
import { Progress } from "../../cli/progress";

/** A terminal that records what is written. */
class Recorder {
  readonly isTTY: boolean;
  readonly columns: number;
  written = "";

  constructor({ isTTY = true, columns = 20 }) {
    this.isTTY = isTTY;
    this.columns = columns;
  }

  write(text: string | Uint8Array): boolean {
    this.written += text;
    return true;
  }
}

it("writes nothing if stderr is not a terminal", () => {
  const recorder = new Recorder({ isTTY: false });
  const progress = new Progress(recorder);
  progress.show("Listing keys");
  progress.clear();
  expect(recorder.written).toBe("");
});

it("replaces its line, which never wraps, and removes it once", () => {
  const recorder = new Recorder({});
  const progress = new Progress(recorder);
  progress.show("Reading a file with a long name");
  progress.show("Listing\nkeys");
  progress.clear();
  progress.clear();
  expect(recorder.written.split("\r\x1b[K")).toEqual(["", "Reading a file with", "Listingkeys", ""]);
});

it("shows whole texts on a terminal that reports no width", () => {
  const recorder = new Recorder({ columns: 0 });
  new Progress(recorder).show("Listing keys");
  expect(recorder.written).toMatch(/Listing keys$/);
});
