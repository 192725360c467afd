/** Names that were misspelt. */

/** The name that was probably meant, if there is one. */
export function nearest(written: string, names: string[]): string | undefined {
  const far = Math.max(1, Math.floor(written.length / 2.5));
  const [best] = names.map((name) => ({ name, steps: steps(written, name) })).sort((a, b) => a.steps - b.steps);
  return best !== undefined && best.steps <= far ? best.name : undefined;
}

/** How many letters must be put in, left out, changed or swapped with the next one to make one word of the other. */
function steps(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, at) => at)];
  const cell = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= from.length; row += 1) {
    const cells = [row];
    rows.push(cells);
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      cells.push(
        Math.min(
          cell(row - 1, column) + 1,
          cell(row, column - 1) + 1,
          cell(row - 1, column - 1) + (same ? 0 : 1),
          swapped ? cell(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return cell(from.length, to.length);
}
