/** How long opening a database waits for another process, which may be creating it. In milliseconds. */
export const OPENING_MS = 5_000;
const PAUSE_MS = 10;

/** Repeats `work` while it fails with such an error, for at most this time. Blocks the process. */
export function retryFor<T>(milliseconds: number, work: () => T, isTemporary: (error: unknown) => boolean): T {
  const since = performance.now();
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isTemporary(error) || performance.now() - since > milliseconds) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}
