import { subscribe } from "node:diagnostics_channel";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// Node loads this file before the program that it measures, by `--require`. The engine kills its plugins, so what they have used
// is written at short intervals and not when they exit.

const INTERVAL_MS = 20;

let requests = 0;
subscribe("undici:request:create", () => {
  requests += 1;
});

const file = join(process.env["BENCH_METER_FOLDER"] ?? ".", `${process.pid}.json`);
const timer = setInterval(() => {
  const { user, system } = process.cpuUsage();
  // The file is replaced as a whole, since the process may be killed during the write.
  writeFileSync(`${file}.new`, JSON.stringify({ requests, processorSeconds: (user + system) / 1e6 }));
  renameSync(`${file}.new`, file);
}, INTERVAL_MS);
timer.unref();
