/** The views beside the message, one at a time: tabs as the ARIA Authoring Practices describe them. A view is made when it is first shown. */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { IssuesView } from "./check/view.js";
import { current, shownView, type ViewName } from "./store.js";
import { texts } from "./texts.js";
import { StartView } from "./write/start-view.js";

/** Only what is there from the start is loaded with the page: the other views come when they are first asked for. */
const VIEWS: Record<ViewName, () => Promise<ComponentType>> = {
  check: async () => IssuesView,
  see: async () => (await import("./see/view.js")).SeeView,
  send: async () => (await import("./send/view.js")).SendView,
  evaluate: async () => (await import("./evaluate/view.js")).EvaluateView,
  packages: async () => (await import("./packages/view.js")).PackagesView,
  share: async () => (await import("./share/view.js")).ShareView,
};
const NAMES = Object.keys(VIEWS) as ViewName[];

/** Those that are there, or that could not be loaded. They stay when another one takes their place. */
const loaded = signal<Partial<Record<ViewName, ComponentType>>>({ check: IssuesView });

/** Shows a view; done once it is there. */
export async function showView(name: ViewName): Promise<void> {
  shownView.value = name;
  const known = loaded.peek()[name];
  if (known !== undefined && known !== Failed) return;
  try {
    const View = await VIEWS[name]();
    loaded.value = { ...loaded.peek(), [name]: View };
  } catch (error) {
    loaded.value = { ...loaded.peek(), [name]: Failed };
    throw error;
  }
}

const Failed = () => <p class="note">{texts.tabs.failed}</p>;

export function Views() {
  const shown = shownView.value;
  const move = (event: KeyboardEvent) => {
    const at = NAMES.indexOf(shown);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: NAMES.length - 1 }[event.key];
    const name = to === undefined ? undefined : NAMES[(to + NAMES.length) % NAMES.length];
    if (name === undefined) return;
    event.preventDefault();
    void showView(name);
    document.getElementById(`tab-${name}`)?.focus();
  };
  return (
    <section class="panel views">
      <div class="tabs" role="tablist" aria-label={texts.tabs.label} onKeyDown={move}>
        {NAMES.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-controls={`view-${name}`}
            aria-selected={name === shown}
            tabIndex={name === shown ? 0 : -1}
            onClick={() => void showView(name)}>
            {texts.tabs.names[name]}
            {name === "check" ? <IssueBadge /> : <span class="badge" />}
          </button>
        ))}
      </div>
      {NAMES.map((name) => {
        const View = loaded.value[name];
        return (
          <div
            key={name}
            role="tabpanel"
            class={`view view-${name}`}
            id={`view-${name}`}
            aria-labelledby={`tab-${name}`}
            hidden={name !== shown}>
            {name === "check" && current.value.isEmpty.value && <StartView />}
            {View && <View />}
          </div>
        );
      })}
    </section>
  );
}

/** How many issues there are. */
function IssueBadge() {
  const { isEmpty, checked } = current.value;
  const { report } = checked.value;
  const count = isEmpty.value ? 0 : (report?.issues.length ?? 0);
  return (
    <span class="badge" data-tone={count > 0 && report?.valid === false ? "error" : ""}>
      {count === 0 ? "" : texts.tabs.count(count, report?.truncated ?? false)}
    </span>
  );
}
