// One candidate in a process of its own: answers one question at a time.
import { CANDIDATES } from "../candidates.mjs";
import { MESSAGES } from "../messages.mjs";
import { sample } from "../timing.mjs";

const candidate = CANDIDATES.find(({ name }) => name === process.argv[2]);
const validate = await setUp();
const input = (text) => (candidate.takesBytes ? Buffer.from(text) : text);

// Kept from one sample to the next: making the text is not what is measured.
let current;

function message(name) {
  if (current?.name !== name) {
    const text = MESSAGES.find((one) => one.name === name).write();
    current = { name, text, input: input(text) };
  }
  return current;
}

async function setUp() {
  try {
    return await candidate.setUp();
  } catch (error) {
    process.send({ problem: error.code === "MODULE_NOT_FOUND" ? "not installed" : `does not start: ${firstLine(error)}` });
    return undefined;
  }
}

function firstLine({ message }) {
  return String(message).split("\n")[0].slice(0, 100);
}

/** Whether the text is valid; a candidate that gives up on it has found that it is not. */
function verdict(text) {
  try {
    return validate(input(text));
  } catch {
    return false;
  }
}

const answers = {
  verdict: ({ text }) => verdict(text),
  verdictOnMessage: ({ name }) => validate(message(name).input),
  sample({ name, budget }) {
    const { text, input } = message(name);
    return sample(() => validate(input), text, budget);
  },
};

process.on("message", (question) => {
  try {
    process.send({ answer: answers[question.ask](question) });
  } catch (error) {
    process.send({ problem: firstLine(error) });
  }
});
if (validate) process.send({ answer: "ready" });
else process.disconnect();
