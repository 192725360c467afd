/** The form's fields as one sees them: each with its label, the hint below, and the words for what is wrong with it. */
import { useSignal } from "@preact/signals";
import { h } from "preact";
import { Combobox } from "../../combobox.js";
import { Button, Icon, options, rendered } from "../../elements.js";
import { texts } from "../../texts.js";
import { tools } from "../../workers.js";
import type { FoundCode } from "./code-search.js";
import type { Group } from "./field.js";
import { inRow, wordsOf } from "./fields.js";
import { addRow, focus, leave, type Place, placesOf, problems, put, shownGroups, type, typed, valueIn } from "./form.js";

export const FormGroups = () => (
  <div class="compose-groups">
    {shownGroups.value.map((group) => (
      <FormGroup key={`${group.name}-${group.label ?? group.kinds.join()}`} group={group} />
    ))}
  </div>
);

function FormGroup({ group }: { group: Group }) {
  const { name, label = texts.compose.groups[name], optional, rows } = group;
  const places = placesOf(group);
  const count = (places[places.length - 1]?.row ?? 0) + 1;
  const another = async () => {
    addRow(group);
    await rendered();
    focus(placesOf(group).find(({ row }) => row === count));
  };
  return (
    <>
      {Array.from({ length: count }, (_, row) => (
        <fieldset key={row} class={`group group-${name}`}>
          <legend>
            {count > 1 ? texts.compose.row(label, row + 1) : label}
            {optional && <span class="muted">{texts.compose.optional}</span>}
          </legend>
          {places
            .filter((place) => place.row === row)
            .map((place) => (
              <FormField key={place.id} place={place} />
            ))}
        </fieldset>
      ))}
      {rows !== undefined && <Button label={texts.compose.another(label)} class="quiet compose-another" press={another} />}
    </>
  );
}

function FormField({ place }: { place: Place }) {
  const { id, field } = place;
  const [label, hint] = wordsOf(field);
  const problem = problems.value[id];
  const { offered = [] } = field;
  return (
    <div class={`field field-${field.kind}`}>
      <label for={id}>
        {label}
        {field.needed === true && <span class="field-needed">{texts.compose.needed}</span>}
      </label>
      <Control place={place} isInvalid={problem !== undefined} />
      {offered.length > 0 && <datalist id={`${id}-offered`}>{offered.map((value) => h("option", { value }))}</datalist>}
      <p class="field-problem" id={`${id}-problem`} hidden={problem === undefined}>
        {problem !== undefined && (
          <>
            <Icon name="error" />
            <span>{problem}</span>
          </>
        )}
      </p>
      <p class="hint muted" id={`${id}-hint`}>
        {hint}
      </p>
    </div>
  );
}

interface ControlProps {
  place: Place;
  isInvalid: boolean;
}

function Control({ place, isInvalid }: ControlProps) {
  const { id, field } = place;
  // Read here, so that a key renders the field in which it is.
  const value = typed.value[id] ?? valueIn(place);
  const common = {
    id,
    required: field.needed === true,
    "aria-describedby": `${id}-hint ${id}-problem`,
    "aria-invalid": isInvalid ? ("true" as const) : undefined,
    onBlur: () => leave(place),
  };
  const bound = { ...common, value, onInput: ({ currentTarget }: { currentTarget: { value: string } }) => type(id, currentTarget.value) };
  // What browsers remember of forms would be health data on the disk.
  const plain = { autocomplete: "off", spellcheck: false, autocapitalize: "off" } as const;
  switch (field.kind) {
    case "choice":
      return <select {...bound}>{options(field.choices ?? [])}</select>;
    case "json":
    case "lines":
      return <textarea {...bound} {...plain} spellcheck={field.kind === "lines"} rows={field.kind === "json" ? 7 : 3} />;
    case "date":
      return <input {...bound} type="date" autocomplete="off" max="9999-12-31" />;
    case "code":
      return <CodeField place={place} value={value} {...common} />;
    case "file":
      return <FileField place={place} value={value} {...common} />;
    case "tick":
      return (
        <input
          id={id}
          type="checkbox"
          aria-describedby={`${id}-hint`}
          checked={value !== ""}
          onChange={({ currentTarget }) => type(id, currentTarget.checked ? "yes" : "")}
        />
      );
    default:
      return (
        <input
          {...bound}
          {...plain}
          type={field.kind}
          inputMode={field.digits ? "numeric" : undefined}
          list={field.offered?.length ? `${id}-offered` : undefined}
        />
      );
  }
}

type OwnProps = { place: Place; value: string; id: string; required: boolean; onBlur: () => void };

/** Searches the value sets of its element; what is taken brings its system, and its words where there are none yet. */
function CodeField({ place, value, ...common }: OwnProps) {
  const found = useSignal<FoundCode[]>([]);
  const { codes } = place.field;
  const search = async (typed: string) => {
    if (codes === undefined) return;
    const items = await tools.ask("findCodes", [codes.element, typed]).catch(() => []);
    if (valueIn(place) === typed) found.value = items;
  };
  const take = ({ code, system, detail }: FoundCode) => {
    const named = (name: string | undefined, value: string) => (name === undefined ? {} : { [inRow(name, place.row)]: value });
    const words = placesOf(place.group).find(({ field, row }) => field.name === codes?.text && row === place.row);
    const hasWords = words !== undefined && valueIn(words).trim() !== "";
    put({ ...named(place.field.name, code), ...named(codes?.system, system), ...(hasWords ? {} : named(codes?.text, detail)) });
  };
  return (
    <Combobox
      {...common}
      value={value}
      items={found.value}
      listLabel={texts.compose.codes}
      type={(value) => {
        type(place.id, value);
        void search(value);
      }}
      take={take}
    />
  );
}

/** The file is read when it is chosen; it goes nowhere but into the message. */
function FileField({ place, value, ...common }: OwnProps) {
  const read = async (file: File | undefined) => {
    if (file === undefined) return type(place.id, "");
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      const title = inRow("documentTitle", place.row);
      type(place.id, String(reader.result));
      const titled = placesOf(place.group).find(({ field, row }) => field.name === "documentTitle" && row === place.row);
      if (titled !== undefined && valueIn(titled) === "") put({ [title]: file.name });
    });
    reader.readAsDataURL(file);
  };
  return (
    <>
      <input {...common} type="file" onChange={({ currentTarget }) => void read(currentTarget.files?.[0])} />
      {value !== "" && <span class="muted">{texts.compose.attached(Math.floor((value.length - value.indexOf(",") - 1) * 0.75))}</span>}
    </>
  );
}
