// One run of validateMany over many small messages: how fast, how much of it on each core, and whether memory stays flat.
//
//   node benches/many.mjs [--count 1000000] [--concurrency <threads>] [--kind message|resource]
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Validator, validateMany } from "../pkg/node.js";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "1000000" },
    concurrency: { type: "string", default: String(availableParallelism()) },
    kind: { type: "string", default: "message" },
  },
});
const count = Number(values.count);
const concurrency = Number(values.concurrency);
const number = (value) => Math.round(value).toLocaleString("en");

const kinds = { message, resource: patient };
const make = kinds[values.kind];

function patient(at) {
  return `{"resourceType":"Patient","id":"p${at}","active":true,"name":[{"family":"Example","given":["Ann"]}],"gender":"female","birthDate":"1980-02-29"}`;
}

/** The smallest message that says something: who sends, and about whom. */
function message(at) {
  const uuid = (kind) => `urn:uuid:00000000-0000-4000-${kind}-${String(at).padStart(12, "0")}`;
  const header = `{"resourceType":"MessageHeader","id":"h${at}","eventUri":"http://example.org/events/patient-seen","source":{"endpoint":"http://example.org/sender"},"focus":[{"reference":"${uuid("9000")}"}]}`;
  return `{"resourceType":"Bundle","id":"b${at}","type":"message","timestamp":"2026-01-31T12:00:00Z","entry":[{"fullUrl":"${uuid("8000")}","resource":${header}},{"fullUrl":"${uuid("9000")}","resource":${patient(at)}}]}`;
}

const validator = new Validator();

/** The same work without threads, as the yardstick. */
function alone() {
  const some = Array.from({ length: 20_000 }, (_, at) => Buffer.from(make(at)));
  for (const one of some) validator.validate(one);
  const start = performance.now();
  for (const one of some) validator.validate(one);
  return some.length / ((performance.now() - start) / 1000);
}

function* messages() {
  for (let at = 0; at < count; at += 1) yield make(at);
}

const single = alone();
console.log(
  `${values.kind} of ${make(count).length} bytes, ${number(count)} times; ${concurrency} threads, ${availableParallelism()} cores`,
);
console.log(`validate on one thread: ${number(single)}/s`);
const mebibytes = [];
const cpu = process.cpuUsage();
const start = performance.now();
let invalid = 0;
for await (const { index, report } of validateMany(messages(), { concurrency })) {
  if (!report.valid) invalid += 1;
  if ((index + 1) % Math.ceil(count / 10) !== 0 && index + 1 !== count) continue;
  const rss = process.memoryUsage.rss() / 2 ** 20;
  mebibytes.push(rss);
  const rate = (index + 1) / ((performance.now() - start) / 1000);
  console.log(`${number(index + 1).padStart(11)} validated, ${number(rate)}/s, RSS ${rss.toFixed(0)} MiB`);
}
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(cpu);
console.log(
  `${number(count / seconds)}/s in ${seconds.toFixed(1)} s; ${number(count / ((user + system) / 1e6))} for each second of a core`,
);
console.log(`${invalid} not valid; RSS from ${Math.min(...mebibytes).toFixed(0)} to ${Math.max(...mebibytes).toFixed(0)} MiB`);
