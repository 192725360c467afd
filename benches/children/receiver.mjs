// The receiver of benches/receiver.mjs: node receiver.mjs <memory|sqlite> <whether to validate>
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createReceiver, memoryStore, nodeListener, openSqliteStore } from "../../pkg/node.js";

const [, , kind, validate] = process.argv;
const folder = mkdtempSync(join(tmpdir(), "fhirpost-"));
const store = kind === "sqlite" ? openSqliteStore(join(folder, "answers.db")) : memoryStore();
const receiver = createReceiver({ store, validate: validate === "true" ? {} : false });
const server = createServer(nodeListener(receiver));
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));

let before;
process.on("message", (word) => {
  if (word === "start") {
    before = process.cpuUsage();
    return;
  }
  const { user, system } = process.cpuUsage(before);
  process.send({ cpuSeconds: (user + system) / 1e6 }, () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit();
  });
});
