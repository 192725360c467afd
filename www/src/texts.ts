/** Every text that the page shows, in one place, so that a translation is one file. The texts of issues come from the core. */

const count = (n: number, one: string, many: string) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

export const texts = {
  title: "fhirpost",
  tagline: "Check a FHIR R4 message as you write it, send it, and read the answer.",
  privacy: "Nothing leaves this page until you press Send.",

  newVersion: {
    ready: "A new version of this page is ready.",
    reload: "Reload, and keep the message",
  },

  tabs: {
    label: "Views of the message",
    names: { check: "Issues", see: "Picture", send: "Send", evaluate: "FHIRPath", share: "Share" },
    count: (n: number, more: boolean) => `${n.toLocaleString("en")}${more ? "+" : ""}`,
    failed: "This view could not be loaded. Choose it again to try once more.",
  },

  editor: {
    heading: "Message",
    label: "Message, as JSON. F8 goes to the next issue. Control and Enter sends.",
    placeholder: "Paste a FHIR message here, or choose an example.",
    keys: { next: "next issue", send: "send", find: "find" },
  },

  examples: {
    label: "Examples",
    submit: "Submit a referral",
    update: "Update a referral",
    broken: "A broken one",
    failed: "The example could not be loaded.",
    replaced: (name: string) => `“${name}” has replaced your text, which is still in the undo history.`,
    undo: "Bring it back",
  },

  check: {
    heading: "Check",
    waiting: "Checking…",
    empty: "No message yet",
    emptyHint: "Paste one on the left or above, or start from an example.",
    valid: "Valid",
    invalid: "Not valid",
    failed: "The checker could not start",
    failedHint: "The page can still send, but nothing is checked. Reload it, and see whether the browser allows WebAssembly.",
    event: "Event",
    noEvent: "none that can be read",
    resources: "Resources",
    took: (milliseconds: number) => `checked in ${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`,
    clean: "Nothing to mend.",
    truncated: (n: number) => `Stopped after ${count(n, "issue", "issues")}. Mend some, and the rest is judged too.`,
    more: (n: number) => `Show ${n.toLocaleString("en")} more`,
    listLabel: "Issues, by place. Arrow keys move, Enter goes to the place in the message.",
    announce: (counts: string) => `Check: ${counts}.`,
    noIssues: "no issues",
    suggestion: "Suggested:",
  },

  severity: {
    fatal: "Fatal",
    error: "Error",
    warning: "Warning",
    information: "Information",
  },

  counts: {
    fatal: (n: number) => count(n, "fatal error", "fatal errors"),
    error: (n: number) => count(n, "error", "errors"),
    warning: (n: number) => count(n, "warning", "warnings"),
    information: (n: number) => count(n, "note", "notes"),
  },

  send: {
    heading: "Send",
    base: "Base URL",
    baseHint: "At first the local receiver: it keeps its answers in memory, and a message with the same ids gets the same answer again.",
    token: "Bearer token",
    tokenHint: "Kept in memory only, gone when the page closes.",
    tokenPlaceholder: "Not needed by the local receiver",
    button: "Send",
    anyway: "Send anyway",
    cancel: "Cancel",
    nothing: "There is no message to send yet.",
    confirmErrors: (counts: string) =>
      `The message has ${counts}, so a server is likely to refuse it. Press again to send it all the same.`,
    confirmUnchecked: "The message could not be checked. Press again to send it all the same.",
    sending: (address: string) => `Sending to ${address} …`,
    cancelled: "Cancelled. The server may have received the message all the same.",
    badBase: {
      malformed: "The base URL must be a complete http or https address, such as https://fhirtest.netsmartcloud.com/v4.",
      credentials: "The base URL must not hold a user name or password: use the bearer token.",
      query: "The base URL must not have a query or a fragment.",
    },
    badToken: "The bearer token holds a character that cannot be sent in a header.",
  },

  answer: {
    heading: "Answer",
    status: (status: number, name: string) => `${status} ${name}`.trim(),
    took: (milliseconds: number) => `${Math.round(milliseconds).toLocaleString("en")} ms`,
    accepted: "The message was accepted.",
    acceptedLater: "The server took the message, and gave no answer yet.",
    transient: "The server could not process the message now. The same message may be sent again.",
    fatal: "The server rejected the message.",
    refused: "The server refused the request.",
    failedServer: "The server failed. The same message may be sent again.",
    redirected:
      "The server sent the request elsewhere, and the page did not follow: a message and a token go only where you point them. Use the new address as base URL.",
    notFhir: "The answer is not a FHIR message or OperationOutcome.",
    cutShort: "The answer is very long. What is shown here is its beginning.",
    incomplete: "The connection broke before the whole answer was here. The server may have processed the message.",
    otherMessage: "Careful: the answer names another message than the one that was sent.",
    unreachable: "No answer came. The server may be down, the address may be wrong, or the network may be gone.",
    cors: "The server is there, but it does not let web pages of this origin send to it (CORS). Ask its operator to allow this page's origin, or send from a program that is no web page.",
    resources: "Resources in the answer",
    created: "created",
    updated: "updated",
    location: "Location",
    issues: "What the server says",
    raw: "Answer as it came",
    rawEmpty: "The answer has no body.",
    advice: {
      400: "The server could not read the request.",
      401: "The token is missing, wrong or expired.",
      403: "The token does not allow sending messages (scope Messaging.write), or the base URL is wrong.",
      404: "There is no $process-message at this base URL.",
      405: "This address does not take messages. The base URL may be wrong.",
      406: "The server does not answer in FHIR JSON.",
      409: "The server knows one of the two ids from another message or sending: a new message needs new ids.",
      413: "The message is too long for this server.",
      415: "The server does not read FHIR JSON.",
      422: "The server read the message, and does not accept what it says.",
      429: "Too many requests. Wait a while, then send again.",
    } as Record<number, string>,
    sameAgain: "Sending the same message again will not help.",
  },
};
