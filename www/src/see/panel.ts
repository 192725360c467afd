/** The message as a picture and as an outline, which follow the text as it is written. */
import { element } from "../dom.js";
import type { Issue } from "../fhirpost.js";
import type { OpenMessage } from "../message.js";
import type { Panel } from "../tabs.js";
import { texts } from "../texts.js";
import type { Tools } from "../tools.js";
import { type Graph, graphOf, NOTHING, shapeOf, type Target, targetAt } from "./graph.js";
import { blocksOf, Layouts } from "./layout.js";
import { Picture } from "./picture.js";
import { Legend } from "./shapes.js";
import { Tree } from "./tree.js";

/** Typing goes on meanwhile: a picture for each key would only flicker. */
const PAUSE = 120;
/** What is passed over on the way elsewhere does not move the text. */
const LINGER = 150;
/** With more, nobody finds anything in a picture. */
const MOST_NODES = 500;
const MOST_EDGES = 4000;

export function create(message: OpenMessage, tools: Tools): Panel {
  return new SeePanel(message, tools);
}

class SeePanel implements Panel {
  readonly element: HTMLElement;
  readonly #message: OpenMessage;
  readonly #tools: Tools;
  readonly #layouts = new Layouts();
  readonly #enlarge = element("button", { type: "button", class: "quiet", "aria-pressed": "false", title: texts.see.enlarge }, "⤢");
  readonly #picture = new Picture({ light: (target) => this.#light(target), choose: (target) => this.#choose(target) }, this.#enlarge);
  readonly #tree = new Tree({ light: (target) => this.#light(target), choose: (target) => this.#choose(target) });
  readonly #legend = new Legend();
  readonly #foot = element("div", { class: "see-foot" }, this.#legend.element, this.#picture.viewport.controls);
  readonly #notice = element("p", { class: "see-notice", role: "status" });
  #isShown = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lingering: ReturnType<typeof setTimeout> | undefined;
  /** Whether the outline is that of a message, whatever the text is. */
  #asMessage = false;
  #isAsking = false;
  /** The room has changed while a picture was being drawn for the old one. */
  #isOtherRoom = false;
  /** Counts what is shown: of two pictures that are being drawn, the later counts. */
  #turn = 0;
  /** The text that is shown. */
  #text: string | undefined;
  /** Whether that is the text in the editor: then places in it are right. */
  #isCurrent = false;
  /** What was pointed at while places were unknown is shown in the text as soon as they are known. */
  #revealsLater = false;
  #graph: Graph | undefined;
  /** What is drawn; nothing while the picture has to be drawn anew. */
  #shape = "";
  /** What there is to say of the text that is shown. */
  #said = "";

  constructor(message: OpenMessage, tools: Tools) {
    this.#message = message;
    this.#tools = tools;
    this.element = element(
      "div",
      { class: "see" },
      this.#legend.summary,
      this.#notice,
      this.#picture.viewport.element,
      this.#foot,
      this.#tree.element,
    );
    this.#enlarge.setAttribute("aria-label", texts.see.enlarge);
    this.#enlarge.addEventListener("click", () => this.#setEnlarged(this.#enlarge.getAttribute("aria-pressed") !== "true"));
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#setEnlarged(false);
    });
    message.onChange(() => this.#textChanged());
    message.onChecked(() => {
      // What a reference resolves to depends on what the text is validated as.
      if (this.#asMessage !== message.asMessage) {
        this.#text = undefined;
        this.#textChanged();
      }
      if (this.#isShown && this.#isCurrent) void this.#showIssues();
    });
    message.onCursor((offset) => this.#markCurrent(offset));
  }

  show(): void {
    this.#isShown = true;
    void this.#update();
  }

  hide(): void {
    this.#isShown = false;
    this.#setEnlarged(false);
    clearTimeout(this.#timer);
    this.#light(NOTHING);
  }

  #textChanged(): void {
    this.#isCurrent = false;
    this.#soon();
  }

  #soon(): void {
    clearTimeout(this.#timer);
    if (this.#isShown) this.#timer = setTimeout(() => void this.#update(), PAUSE);
  }

  async #update(): Promise<void> {
    if (this.#isAsking) return;
    const { text } = this.#message;
    // Perhaps what made it unreadable has been taken back.
    if (text === this.#text) return this.#showState(text);
    if (text.trim() === "") return this.#clear(text, texts.see.empty);
    this.#isAsking = true;
    try {
      this.#asMessage = this.#message.asMessage;
      const outline = await this.#tools.ask("outline", [text, this.#asMessage]);
      if (outline.issue !== undefined) {
        this.#notice.textContent = texts.see.noJson(outline.issue.line ?? 1, outline.issue.column ?? 1, this.#graph !== undefined);
      } else if (outline.entries.length === 0) {
        this.#clear(text, texts.see.noEntries);
      } else {
        await this.#show(text, graphOf(outline));
      }
    } catch {
      this.#notice.textContent = texts.see.failed;
    } finally {
      this.#isAsking = false;
    }
    if (this.#isOtherRoom) {
      this.#isOtherRoom = false;
      this.#text = undefined;
      this.#shape = "";
      this.#soon();
    } else if (text !== this.#message.text) this.#soon();
  }

  async #show(text: string, graph: Graph): Promise<void> {
    const turn = ++this.#turn;
    const shape = shapeOf(graph);
    let notice = graph.nodes.some(({ role }) => role === "header") ? "" : texts.see.noHeader;
    if (shape !== this.#shape) {
      const isTooMuch = graph.nodes.length > MOST_NODES || graph.edges.length > MOST_EDGES;
      const blocks = isTooMuch ? undefined : blocksOf(graph);
      if (blocks !== undefined) this.#showPicture(true);
      const layout = blocks && (await this.#layouts.ask(this.#picture.question(graph, blocks)));
      if (turn !== this.#turn) return;
      const isDrawn = blocks !== undefined && layout !== undefined;
      this.#showPicture(isDrawn);
      if (isDrawn) this.#picture.draw(graph, blocks, layout);
      else {
        this.#picture.clear();
        notice = isTooMuch ? texts.see.tooMany(graph.entries.length) : texts.see.tooSlow;
      }
      this.#shape = isDrawn ? shape : "";
    } else {
      this.#picture.update(graph);
    }
    this.#graph = graph;
    this.#said = notice;
    this.#legend.show(graph);
    this.#showState(text);
    await this.#showIssues();
  }

  /** This text is what is shown. */
  #showState(text: string): void {
    this.#text = text;
    this.#isCurrent = text === this.#message.text;
    this.#notice.textContent = this.#said;
    this.#markCurrent(this.#message.cursor);
    // While places were unknown nothing could be lit up. To who was typing meanwhile, the text stays where it is.
    const pointed = [this.#picture.pointed, this.#tree.pointed].find(({ spans }) => spans.length > 0);
    if (this.#isCurrent && this.#isShown) this.#light(pointed ?? NOTHING, this.#revealsLater);
  }

  async #showIssues(): Promise<void> {
    const { report, text } = await this.#message.checked();
    const graph = this.#graph;
    if (graph === undefined || text !== this.#text) return;
    const byEntry: Issue[][] = [];
    for (const issue of report?.issues ?? []) {
      const [entry] = issue.start === undefined ? [] : targetAt(graph, issue.start).nodes;
      if (entry === undefined) continue;
      const list = byEntry[entry];
      if (list === undefined) byEntry[entry] = [issue];
      else list.push(issue);
    }
    this.#tree.show(graph, byEntry);
    this.#markCurrent(this.#message.cursor);
  }

  #showPicture(isThere: boolean): void {
    this.#picture.viewport.element.hidden = !isThere;
    this.#foot.hidden = !isThere;
  }

  #clear(text: string, notice: string): void {
    this.#turn++;
    this.#said = notice;
    this.#graph = undefined;
    this.#shape = "";
    this.#picture.clear();
    this.#showPicture(false);
    this.#tree.clear();
    this.#legend.clear();
    this.#showState(text);
  }

  /** With other room, the picture may run the other way. */
  #setEnlarged(enlarged: boolean): void {
    if ((this.#enlarge.getAttribute("aria-pressed") === "true") === enlarged) return;
    this.#enlarge.setAttribute("aria-pressed", String(enlarged));
    this.element.classList.toggle("enlarged", enlarged);
    if (this.#text === undefined || this.#graph === undefined) return;
    if (this.#isAsking) {
      this.#isOtherRoom = true;
      return;
    }
    this.#shape = "";
    void this.#show(this.#text, this.#graph);
  }

  #light(target: Target, reveals = true): void {
    this.#picture.light(target);
    this.#tree.light(target);
    // The places are those of the text that is shown.
    const spans = this.#isCurrent ? target.spans : [];
    this.#message.mark("hover", spans);
    this.#revealsLater = reveals && !this.#isCurrent && target.spans.length > 0;
    clearTimeout(this.#lingering);
    const [first] = spans;
    if (reveals && first !== undefined) this.#lingering = setTimeout(() => this.#message.reveal(first), LINGER);
  }

  #choose({ spans: [span] }: Target): void {
    clearTimeout(this.#lingering);
    if (span !== undefined && this.#isCurrent) this.#message.select(span);
  }

  #markCurrent(offset: number): void {
    if (!this.#isShown || this.#graph === undefined || !this.#isCurrent) return;
    const current = targetAt(this.#graph, offset);
    this.#picture.markCurrent(current);
    this.#tree.markCurrent(current);
  }
}
