/** The form's fields as one sees them: each with its label, the hint below, and the words for what is wrong with it. */

import { h } from "preact";
import { Icon, options } from "../../elements.js";
import { texts } from "../../texts.js";
import { choiceLabel, type Field, groups } from "./fields.js";
import { kind, type Place, places, problems, shown, type, typed } from "./form.js";

export function FormGroups() {
  const there = new Set(shown.value);
  return (
    <div class="compose-groups">
      {groups.map(({ name, kinds, optional }, at) => (
        <fieldset key={at} class={`group group-${name}`} hidden={!kinds.includes(kind.value)}>
          <legend>
            {texts.compose.groups[name]}
            {optional && <span class="muted">{texts.compose.optional}</span>}
          </legend>
          {places[at]?.map((place) => (
            <FormField
              key={place.id}
              place={place}
              value={typed.value[place.id] ?? ""}
              problem={problems.value[place.id]}
              isShown={there.has(place)}
            />
          ))}
        </fieldset>
      ))}
    </div>
  );
}

function FormField(props: { place: Place; value: string; problem: string | undefined; isShown: boolean }) {
  const { place, value, problem, isShown } = props;
  const { id, field } = place;
  const [label, hint] = texts.compose.fields[field.name] as [string, string];
  const { offered = [] } = field;
  return (
    <div class={`field field-${field.kind}`} hidden={!isShown}>
      <label for={id}>
        {label}
        {field.needed === true && <span class="field-needed">{texts.compose.needed}</span>}
      </label>
      <Control id={id} field={field} value={value} isInvalid={problem !== undefined} />
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

function Control({ id, field, value, isInvalid }: { id: string; field: Field; value: string; isInvalid: boolean }) {
  const common = {
    id,
    value,
    required: field.needed === true,
    "aria-describedby": `${id}-hint ${id}-problem`,
    "aria-invalid": isInvalid ? ("true" as const) : undefined,
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) => type(id, currentTarget.value),
  };
  // What browsers remember of forms would be health data on the disk.
  const plain = { autocomplete: "off", spellcheck: false, autocapitalize: "off" } as const;
  switch (field.kind) {
    case "choice":
      return <select {...common}>{options(field.choices?.map(([value, name]) => [value, choiceLabel(name)]) ?? [])}</select>;
    case "json":
      return <textarea {...common} {...plain} rows={7} />;
    case "date":
      return <input {...common} type="date" autocomplete="off" max="9999-12-31" />;
    default:
      return (
        <input
          {...common}
          {...plain}
          type={field.kind}
          inputMode={field.digits ? "numeric" : undefined}
          list={field.offered?.length ? `${id}-offered` : undefined}
        />
      );
  }
}
