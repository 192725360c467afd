/** No receiver takes longer to come back: a message without an answer by then is lost. */
const LOST = 60_000;

/**
 * Sends a message as the specification asks a sender to: the same bytes again, under the same ids, until there is an answer.
 * @param where gives the base, which may move while the receiver is restarted.
 */
export async function sendUntilAnswered(where, text, timeout = 3000) {
  const end = Date.now() + LOST;
  for (let attempt = 1; Date.now() < end; attempt += 1) {
    try {
      const response = await fetch(`${where()}/$process-message`, {
        method: "POST",
        body: text,
        headers: { "Content-Type": "application/fhir+json", Accept: "application/fhir+json" },
        signal: AbortSignal.timeout(timeout),
      });
      const body = await response.text();
      if (response.status === 200 && JSON.parse(body).entry[0].resource.response.code !== "transient-error") return { body, attempt };
      if (response.status < 500 && response.status !== 200) return { body, attempt, refused: response.status };
    } catch {
      // No connection, a timeout, half an answer: whether the message was processed is not known.
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(5 * attempt, 100)));
  }
  throw new Error("a message got no answer");
}

/** Runs work for each item, so many at the same time; gives the results in the order of the items. */
export async function concurrently(items, atOnce, work) {
  const results = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index], index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
