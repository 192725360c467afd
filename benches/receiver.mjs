// How many messages a receiver answers for each second of a core: with validation, and the same server without it.
//
//   node benches/receiver.mjs [--seconds 4] [--rounds 5] [--connections 32]
//
// The receiver and the sender are processes of their own. The rounds of all kinds alternate; each figure is the median of its rounds.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "4" },
    rounds: { type: "string", default: "5" },
    connections: { type: "string", default: "32" },
  },
});

const child = (name, args) =>
  spawn(process.execPath, [fileURLToPath(new URL(`children/${name}.mjs`, import.meta.url)), ...args], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
const message = async (of) => (await once(of, "message"))[0];
const number = (value) => Math.round(value).toLocaleString("en");
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** One round: a fresh receiver, warmed up, and then measured. Messages for each second of its processor time, and of the clock. */
async function round(store, validate, size) {
  const receiver = child("receiver", [store, validate]);
  const { port } = await message(receiver);
  const sender = child("sender", [String(port), size, values.seconds, values.connections]);
  // The sender says when it is warm, and when it is done.
  await message(sender);
  receiver.send("start");
  const { answered, seconds } = await message(sender);
  receiver.send("stop");
  const { cpuSeconds } = await message(receiver);
  await once(receiver, "exit");
  return { perCore: answered / cpuSeconds, perSecond: answered / seconds };
}

const rows = [
  { store: "memory", size: "small" },
  { store: "memory", size: "example" },
  { store: "sqlite", size: "small" },
  { store: "sqlite", size: "example" },
];
const names = { small: "1 kB", example: "15 kB", memory: "memory", sqlite: "SQLite" };
console.log(`${values.connections} connections, ${values.rounds} rounds of ${values.seconds} s each, Node ${process.versions.node}\n`);
console.log("| messages of | answers kept in | validated, per core and second | not validated | ratio | validated, per second |");
console.log("| --- | --- | --: | --: | --: | --: |");
for (const { store, size } of rows) {
  const rounds = { with: [], without: [] };
  for (let at = 0; at < Number(values.rounds); at += 1) {
    rounds.with.push(await round(store, "true", size));
    rounds.without.push(await round(store, "false", size));
  }
  const perCore = (kind) => median(rounds[kind].map((one) => one.perCore));
  const ratio = median(rounds.with.map((one, at) => one.perCore / rounds.without[at].perCore));
  const perSecond = median(rounds.with.map((one) => one.perSecond));
  console.log(
    `| ${names[size]} | ${names[store]} | ${number(perCore("with"))} | ${number(perCore("without"))} | ${ratio.toFixed(2)} | ${number(perSecond)} |`,
  );
}
