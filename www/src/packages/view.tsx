/** The view of what is known besides R4: what is loaded, what is wrong with it, and which profiles are chosen. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Button, Disclosure, Hint, Icon, severityIcon, typed } from "../elements.js";
import { NoticeLine } from "../notices.js";
import { packageTexts as words } from "../texts/packages.js";
import { texts } from "../texts.js";
import {
  choose,
  chosen,
  isLoading,
  keep,
  type Loaded,
  loaded,
  packagesNotice,
  profiles,
  remove,
  usePackages,
  useResources,
} from "./packages.js";

/** More than anyone looks through. */
const MOST_PROFILES = 60;
const MOST_ISSUES = 100;

export function PackagesView() {
  const input = useRef<HTMLInputElement>(null);
  const list = loaded.value;
  return (
    <div class="packages">
      <Hint text={words.intro} />
      <div class="buttons">
        <Button label={words.open} press={() => input.current?.click()} disabled={isLoading.value} />
        {isLoading.value && <span class="muted">{words.loading}</span>}
      </div>
      <input
        type="file"
        accept=".tgz,.gz,.json,application/json"
        multiple
        hidden
        ref={input}
        onChange={({ currentTarget }) => {
          void open([...(currentTarget.files ?? [])]);
          currentTarget.value = "";
        }}
      />
      <NoticeLine notice={packagesNotice} class="notice" />
      {list.length === 0 ? (
        <p class="muted note">{words.none}</p>
      ) : (
        <>
          <h3>{words.list}</h3>
          <ul class="package-list">
            {list.map((one) => (
              <Row key={one.name} one={one} />
            ))}
          </ul>
          <label class="package-keep">
            <input
              type="checkbox"
              aria-describedby="packages-keep-hint"
              checked={chosen.isKept}
              onChange={async ({ currentTarget }) => {
                await keep(currentTarget.checked);
                currentTarget.checked = chosen.isKept.peek();
              }}
            />
            {words.keep}
          </label>
          <Hint id="packages-keep-hint" text={words.keepHint} />
          {profiles.value.length > 0 && <Profiles />}
        </>
      )}
    </div>
  );
}

async function open(files: File[]): Promise<void> {
  const packages: { name: string; bytes: Uint8Array }[] = [];
  const resources: { name: string; text: string }[] = [];
  for (const file of files) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (bytes[0] === 0x1f) packages.push({ name: file.name, bytes });
    else resources.push({ name: file.name, text: new TextDecoder().decode(bytes) });
  }
  if (packages.length > 0) await usePackages(packages);
  if (resources.length > 0) await useResources(resources);
}

function Row({ one }: { one: Loaded }) {
  const { name, definitions, issues } = one;
  return (
    <li>
      <div class="package-head">
        <strong>{name}</strong>
        <span class="muted">{words.definitions(definitions)}</span>
        <Button
          class="quiet"
          label={words.removeShort}
          aria-label={words.remove(name)}
          disabled={isLoading.value}
          press={() => remove(one)}
        />
      </div>
      {issues.length > 0 && (
        <Disclosure summary={words.issues(issues.length)}>
          <ul class="package-issues">
            {issues.slice(0, MOST_ISSUES).map(({ severity, message, url, file }, at) => (
              <li key={at}>
                <Icon name={severityIcon[severity]} />
                <span>{`${texts.severity[severity]}: ${[url ?? file, message].filter(Boolean).join(" ")}`}</span>
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
    </li>
  );
}

function Profiles() {
  const search = useSignal("");
  const wanted = search.value.trim().toLowerCase();
  const ticked = new Set(chosen.value.value);
  const found = profiles.value.filter(({ name, type, url }) => `${name} ${type} ${url}`.toLowerCase().includes(wanted));
  // What is chosen is seen first.
  const ordered = [...found.filter(({ url }) => ticked.has(url)), ...found.filter(({ url }) => !ticked.has(url))];
  return (
    <fieldset class="package-profiles">
      <legend>{words.profiles}</legend>
      <Hint text={words.profilesHint} />
      <input type="search" aria-label={words.search} placeholder={words.search} {...typed(search)} />
      <ul>
        {ordered.slice(0, MOST_PROFILES).map(({ url, name, type }) => (
          <li key={url}>
            <label title={url}>
              <input type="checkbox" checked={ticked.has(url)} onChange={({ currentTarget }) => choose(url, currentTarget.checked)} />
              {`${name} (${type})`}
            </label>
          </li>
        ))}
      </ul>
      {ordered.length > MOST_PROFILES && <Hint text={words.more(ordered.length - MOST_PROFILES)} />}
    </fieldset>
  );
}
