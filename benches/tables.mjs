// The results as Markdown, for a README.

const row = (cells) => `| ${cells.join(" | ")} |`;
const table = (head, rows) => [row(head), row(head.map((_, column) => (column ? "--:" : "---"))), ...rows.map(row)].join("\n");

const digits = (number) => (number < 10 ? number.toFixed(1) : Math.round(number).toLocaleString("en"));
const milliseconds = (number) => `${number < 1 ? number.toFixed(3) : digits(number)} ms`;
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

export function timesTable(messages, candidates, results, found) {
  const cell = (candidate, message) => {
    const { ratio, problem, verdict } = results.get(message.name).get(candidate.name);
    if (problem) return problem;
    const wrong = verdict !== undefined && verdict !== message.valid;
    return `${digits(ratio)}${wrong ? ` (says ${verdict ? "valid" : "invalid"})` : ""}`;
  };
  const caught = ({ name }) => {
    const verdicts = found.get(name);
    return verdicts ? `${verdicts.filter(Boolean).length} of ${verdicts.length}` : "";
  };
  const title = ({ name, version }) => (version ? `${name} (${version})` : name);
  const rows = candidates.map((candidate) => [title(candidate), ...messages.map((message) => cell(candidate, message)), caught(candidate)]);
  return table(["time as a multiple of JSON.parse", ...messages.map(({ name }) => name), "catches"], rows);
}

export function messagesTable(messages, results, first) {
  const rows = messages.map((message) => {
    const { parse, call, rounds } = results.get(message.name).get(first.name);
    return [message.name, message.about, message.bytes.toLocaleString("en"), milliseconds(parse), milliseconds(call), rounds];
  });
  return table(["message", "what it is", "bytes", "JSON.parse", first.name, "rounds"], rows);
}

export function faultsTable(faults, found) {
  const names = [...found.keys()];
  const rows = faults.map(({ name }, index) => [name, ...names.map((candidate) => (found.get(candidate)[index] ? "yes" : "–"))]);
  return table(["fault", ...names], rows);
}

export function startTable({ rounds, empty, verdict, end }) {
  return table(
    [`cold start in Node (median of ${rounds})`, "figure"],
    [
      ["an empty script", milliseconds(empty)],
      ["import and first verdict on 5 kB, over that", milliseconds(verdict)],
      ["the same until the process has ended (V8 still compiles)", milliseconds(end)],
    ],
  );
}

export function memoryTable({ validate, parse, many }) {
  const times = (bytes) => `${megabytes(bytes)} (${(bytes / validate.text).toFixed(1)} × text)`;
  return table(
    ["memory", "growth"],
    [
      ["wasm, the message of 5 MB", times(validate.wasm)],
      ["whole process at its peak, the message of 5 MB", times(validate.process)],
      ["whole process at its peak, JSON.parse of that", times(parse.process)],
      [`wasm, ${many.times.toLocaleString("en")} validations of 5 kB`, megabytes(many.wasm)],
      [`JavaScript heap, ${many.times.toLocaleString("en")} validations of 5 kB`, megabytes(many.heap)],
    ],
  );
}
