/** What is drawn of the text: it follows the text as it is written, and says what is pointed at in the picture, the outline or the text. */
import { effect, signal } from "@preact/signals";
import { rendered } from "../elements.js";
import type { Issue } from "../fhirpost.js";
import { current, currentText, shownView } from "../store.js";
import { texts } from "../texts.js";
import { layoutWorker, tools } from "../workers.js";
import { boxOf, widthOf } from "./boxes.js";
import { type Graph, graphOf, NOTHING, shapeOf, type Target, targetAt } from "./graph.js";
import { type Blocks, blocksOf } from "./layout.js";
import type { Layout, LayoutQuestion } from "./layout.worker.js";
import { shortLabel } from "./links.js";
import { room } from "./viewport.js";

/** Typing goes on meanwhile: a picture for each key would only flicker. */
const PAUSE = 120;
/** What is passed over on the way elsewhere does not move the text. */
const LINGER = 150;
/** With more, nobody finds anything in a picture. */
const MOST_NODES = 500;
const MOST_EDGES = 4000;
/** Longer than this nobody waits for a picture. */
const LONGEST = 8000;
/** So few links have their labels on all the time. */
export const LABELLED = 12;

/** Where the boxes and arrows of a picture are. */
export interface Drawing extends Blocks {
  layout: Layout;
}

export const graph = signal<Graph | undefined>(undefined);
/** Absent where there is no picture, and while the outline says it all. */
export const drawing = signal<Drawing | undefined>(undefined);
/** Whether there is room for the picture: it has to be there before the picture is laid out in it. */
export const hasPicture = signal(false);
export const notice = signal("");
/** The issues of each entry. */
export const issuesOf = signal<Issue[][]>([]);
export const isEnlarged = signal(false);
/** What is lit up in the picture, the outline and the text. */
export const lit = signal<Target>(NOTHING);
/** Where the cursor is. */
export const atCursor = signal<Target>(NOTHING);

let timer: ReturnType<typeof setTimeout> | undefined;
let lingering: ReturnType<typeof setTimeout> | undefined;
/** Whether the outline is that of a message, whatever the text is. */
let asMessage = false;
let isAsking = false;
/** The room has changed while a picture was being drawn for the old one. */
let isOtherRoom = false;
/** Counts what is shown: of two pictures that are being drawn, the later counts. */
let turn = 0;
/** The text that is shown. */
let shownText: string | undefined;
/** What was pointed at while places were unknown is shown in the text as soon as they are known. */
let revealsLater = false;
/** What is drawn; nothing while the picture has to be drawn anew. */
let shape = "";
/** What there is to say of the text that is shown. */
let said = "";
/** What is pointed at now, or has the focus, in the picture or the outline: each says so itself. */
export const pointed: (() => Target)[] = [];

const isShown = () => shownView.peek() === "see";
/** Whether the text that is shown is the one in the editor: then places in it are right. */
const isCurrent = () => shownText === currentText.peek();

/** Follows the text while the view is shown. */
export function follow(): () => void {
  const stops = [
    effect(() => {
      if (shownView.value !== "see") return;
      void update();
      return () => {
        enlarge(false);
        clearTimeout(timer);
        light(NOTHING);
      };
    }),
    currentText.subscribe(soon),
    effect(() => {
      const { checked, asMessage: asked } = current.value;
      void checked.value;
      // What a reference resolves to depends on what the text is validated as.
      if (asMessage !== asked.value) {
        shownText = undefined;
        soon();
      }
      if (isShown() && isCurrent()) void showIssues();
    }),
    effect(() => markCurrent(current.value.cursor.value)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function soon(): void {
  clearTimeout(timer);
  if (isShown()) timer = setTimeout(() => void update(), PAUSE);
}

async function update(): Promise<void> {
  if (isAsking) return;
  const text = currentText.peek();
  // Perhaps what made it unreadable has been taken back.
  if (text === shownText) return showState(text);
  if (text.trim() === "") return clear(text, texts.see.empty);
  isAsking = true;
  try {
    asMessage = current.peek().asMessage.peek();
    const outline = await tools.ask("outline", [text, asMessage]);
    if (outline.issue !== undefined) {
      notice.value = texts.see.noJson(outline.issue.line ?? 1, outline.issue.column ?? 1, graph.peek() !== undefined);
    } else if (outline.entries.length === 0) {
      await clear(text, texts.see.noEntries);
    } else {
      await show(text, graphOf(outline, outline.names));
    }
  } catch {
    notice.value = texts.see.failed;
  } finally {
    isAsking = false;
  }
  if (isOtherRoom) {
    isOtherRoom = false;
    shownText = undefined;
    shape = "";
    soon();
  } else if (text !== currentText.peek()) soon();
}

async function show(text: string, next: Graph): Promise<void> {
  const own = ++turn;
  const nextShape = shapeOf(next);
  let words = next.nodes.some(({ role }) => role === "header") ? "" : texts.see.noHeader;
  if (nextShape !== shape) {
    const isTooMuch = next.nodes.length > MOST_NODES || next.edges.length > MOST_EDGES;
    const blocks = isTooMuch ? undefined : blocksOf(next);
    if (blocks !== undefined) {
      hasPicture.value = true;
      await rendered();
    }
    const layout = blocks && (await layOut(question(next, blocks)));
    if (own !== turn) return;
    const isDrawn = blocks !== undefined && layout !== undefined;
    hasPicture.value = isDrawn;
    drawing.value = isDrawn ? { ...blocks, layout } : undefined;
    if (!isDrawn) words = isTooMuch ? texts.see.tooMany(next.entries.length) : texts.see.tooSlow;
    shape = isDrawn ? nextShape : "";
  }
  graph.value = next;
  said = words;
  await showState(text);
  await showIssues();
}

/** What is to be laid out before it can be drawn. */
function question(of: Graph, { blocks, links }: Blocks): LayoutQuestion {
  const before = drawing.peek()?.layout.direction;
  const isLabelled = links.length <= LABELLED;
  return {
    boxes: blocks.map((block) => boxOf(of, block)),
    links: links
      .filter(({ from, to }) => from !== to)
      .map(({ from, to, label }) => ({ from, to, ...(isLabelled && { label: widthOf(shortLabel(label), "label") + 8 }) })),
    room: room(),
    ...(before !== undefined && { before }),
  };
}

/** Nothing when a newer question came meanwhile, or when it took too long. */
const layOut = (asked: LayoutQuestion): Promise<Layout | undefined> =>
  layoutWorker.askNewest("layout", [asked], LONGEST).catch(() => undefined);

/** This text is what is shown. */
async function showState(text: string): Promise<void> {
  shownText = text;
  notice.value = said;
  markCurrent(current.peek().cursor.peek());
  await rendered();
  // While places were unknown nothing could be lit up. To who was typing meanwhile, the text stays where it is.
  if (!isCurrent() || !isShown()) return;
  light(pointed.map((now) => now()).find(({ spans }) => spans.length > 0) ?? NOTHING, revealsLater);
}

async function showIssues(): Promise<void> {
  const { report, text } = await current.peek().whenChecked();
  const now = graph.peek();
  if (now === undefined || text !== shownText) return;
  const byEntry: Issue[][] = [];
  for (const issue of report?.issues ?? []) {
    const [entry] = issue.start === undefined ? [] : targetAt(now, issue.start).nodes;
    if (entry === undefined) continue;
    const list = byEntry[entry];
    if (list === undefined) byEntry[entry] = [issue];
    else list.push(issue);
  }
  issuesOf.value = byEntry;
  markCurrent(current.peek().cursor.peek());
}

async function clear(text: string, words: string): Promise<void> {
  turn++;
  said = words;
  graph.value = undefined;
  shape = "";
  drawing.value = undefined;
  hasPicture.value = false;
  await showState(text);
}

/** With other room, the picture may run the other way. */
export function enlarge(enlarged: boolean): void {
  if (isEnlarged.peek() === enlarged) return;
  isEnlarged.value = enlarged;
  const now = graph.peek();
  if (shownText === undefined || now === undefined) return;
  if (isAsking) {
    isOtherRoom = true;
    return;
  }
  shape = "";
  void show(shownText, now);
}

/** Something is pointed at, or has the focus; nothing when nothing is. */
export function light(target: Target, reveals = true): void {
  lit.value = target;
  // The places are those of the text that is shown.
  const spans = isCurrent() ? target.spans : [];
  const text = current.peek();
  text.mark("hover", spans);
  revealsLater = reveals && !isCurrent() && target.spans.length > 0;
  clearTimeout(lingering);
  const [first] = spans;
  if (reveals && first !== undefined) lingering = setTimeout(() => text.reveal(first), LINGER);
}

/** The text of something is asked for. */
export function choose({ spans: [span] }: Target): void {
  clearTimeout(lingering);
  if (span !== undefined && isCurrent()) current.peek().select(span);
}

function markCurrent(offset: number): void {
  const now = graph.peek();
  if (isShown() && now !== undefined && isCurrent()) atCursor.value = targetAt(now, offset);
}
