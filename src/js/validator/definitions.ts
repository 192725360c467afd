/** What a validator is given to know: packages, what was compiled of them, resources. */
import { bytesOf, insteadOf } from "../arguments.js";
import { type DefinitionSet, define } from "../core.js";
import { readInput } from "../input.js";
import { wrong } from "../parts.js";
import type { DefinitionIssue } from "../types/messages.js";
import type { Bytes, MessageInput } from "../types/validation.js";
import { encode } from "../utf8.js";

export type OneOrMore<One> = One | readonly One[];

const listOf = <One>(given: OneOrMore<One>): readonly One[] => (Array.isArray(given) ? given : [given as One]);

/**
 * Makes the core know them, and gives what is wrong with them. Without any it knows what all know, and has nothing to hold.
 * @throws {TypeError} when one is of the wrong kind; the text names it.
 */
export function learn(
  packages: OneOrMore<Bytes> = [],
  resources: OneOrMore<MessageInput> = [],
): { set: DefinitionSet | undefined; issues: DefinitionIssue[] } {
  const archives = listOf(packages).map((one, index) => {
    const name = `options.packages[${index}]`;
    return bytesOf(one, name) ?? wrong(`${name} must be the bytes of a package, a Uint8Array${insteadOf(one)}`);
  });
  const all = [...archives, ...listOf(resources).map((one, index) => utf8Of(one, `options.resources[${index}]`))];
  if (all.length === 0) return { set: undefined, issues: [] };
  let end = 0;
  const ends = Uint32Array.from(all, ({ length }) => (end += length));
  // Copies, since whoever gave them may write into them.
  const bytes = new Uint8Array(end);
  for (const [index, one] of all.entries()) bytes.set(one, (ends[index] ?? 0) - one.length);
  const set = { bytes, ends, packages: archives.length };
  return { set, issues: JSON.parse(define(set)) };
}

/** The text of a resource. What is not JSON is for the core to name. */
function utf8Of(resource: MessageInput, name: string): Uint8Array {
  const input = readInput(resource, name);
  // What is not UTF-8 becomes it: such a text is no JSON in either form.
  return encode("text" in input ? input.text : new TextDecoder().decode(input.bytes));
}
