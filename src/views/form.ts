import { attribute, html, type Child, type Html } from './html.ts';

/** A form after a refusal: what was typed, and what is wrong with it. */
export interface Form {
  values: Record<string, string>;
  /** By field name, in field order; the first one gets the focus. */
  errors: Record<string, string>;
  /** An error that belongs to no single field. */
  summary?: string;
}

export interface Field {
  name: string;
  /** Unique on its page; the name if nothing is said. */
  id?: string;
  /** It may be left empty. */
  optional?: true;
  label: string;
  type: 'text' | 'email' | 'password';
  autocomplete: string;
  /** Shown below the field from the start. */
  note?: string;
  /** The id of a `datalist` with suggestions. */
  list?: string;
  /**
   * Maximum length in code points. Checked early by the client only, because `maxlength` truncates
   * pasted text.
   */
  max?: number;
  min?: number;
  /** The name of the field that this one repeats. */
  same?: string;
  /** It has the focus when the page opens, unless an error has. */
  focus?: boolean;
}

export const EMPTY: Form = { values: {}, errors: {} };

/** A form posted to `action`. The client sends forms with `data-send` itself and shows the answer. */
export function form(state: Form, action: string, body: Child, extra?: Html): Html {
  const focus = state.summary !== undefined && Object.keys(state.errors).length === 0;
  return html`<form method="post" action="${action}" data-send${extra}>
<div class="alert alert-danger" role="alert" data-summary tabindex="-1"${attribute('autofocus', focus)}>${state.summary}</div>
${body}
</form>`;
}

/** One labelled input with its note and its error. Passwords are never sent back. */
export function field(state: Form, given: Field): Html {
  const { name, id = name, type } = given;
  const secret = type === 'password';
  const input = html`<input class="form-control" type="${type}" autocomplete="${given.autocomplete}"${attribute('list', given.list)}${attribute('required', !given.optional)}${
    secret ? null : attribute('value', state.values[name] ?? '')
  }${secret || type === 'email' ? html` autocapitalize="none" spellcheck="false"` : null}${attribute('data-min', given.min)}${attribute('data-max', given.max)}${attribute('data-same', given.same)}${common(state, given)}>`;
  return html`<div class="field">
<label class="form-label" for="${id}">${given.label}</label>
${secret ? html`<div class="password">${input}${reveal(id)}</div>` : input}
${below(state, given)}
</div>`;
}

/** A text that wraps. */
export interface TextArea extends Pick<Field, 'name' | 'label' | 'max' | 'focus'> {
  rows: number;
  /** It may be left empty. */
  optional?: true;
  note?: string;
  id?: string;
  placeholder?: string;
  /** The class instead of the framed control's; the label is then visible only to screen readers. */
  look?: string;
}

/** Like `field`, for text of any length. */
export function textArea(state: Form, given: TextArea): Html {
  const { name, id = name, label, look } = given;
  // HTML parsers drop one line break after the tag. The template has one, so that a leading line
  // break of the text stays.
  return html`<div class="field">
<label class="${look === undefined ? 'form-label' : 'visually-hidden'}" for="${id}">${label}</label>
<textarea class="${look ?? 'form-control'}" dir="auto" rows="${given.rows}"${attribute('required', !given.optional)}${attribute('placeholder', given.placeholder)}${attribute('data-max', given.max)}${common(state, given)}>
${state.values[name] ?? ''}</textarea>
${below(state, given)}
</div>`;
}

/** A field with an address to copy, which wraps and the keyboard can reach; `focus`: it has the focus when the page opens. */
export function addressField(id: string, label: string, address: string, focus = false): Html {
  return html`<div class="field address"><label class="form-label" for="${id}">${label}</label>
<textarea class="form-control" id="${id}" name="${id}" rows="3" dir="ltr" spellcheck="false" readonly${attribute('autofocus', focus)}>${address}</textarea></div>
`;
}

/** A box to tick; when ticked, it sends `yes`. */
export function checkbox(state: Form, given: { name: string; id?: string; label: string }): Html {
  const { name, id = name, label } = given;
  const checked = attribute('checked', state.values[name] !== undefined);
  return html`<p class="check"><input type="checkbox" id="${id}" name="${name}" value="yes"${checked}><label for="${id}">${label}</label></p>`;
}

/** One of several values, with its note. The first is chosen unless the form's state has another. */
export function select(
  state: Form,
  given: Pick<Field, 'name' | 'id' | 'label' | 'note'> & {
    /** Labels by value. */
    options: Readonly<Record<string, string>>;
  },
): Html {
  const { name, id = name, label, options } = given;
  return html`<div class="field">
<label class="form-label" for="${id}">${label}</label>
<select class="form-control" autocomplete="off"${common(state, given)}>${Object.entries(options).map(([value, text]) => html`<option value="${value}"${attribute('selected', state.values[name] === value)}>${text}</option>`)}</select>
${below(state, given)}
</div>`;
}

/** One of a few values, each with what stands beside its button; the first if the form's state has none. */
export function radios(
  state: Form,
  given: Pick<Field, 'name' | 'label' | 'note'> & {
    /** By value. */
    options: Readonly<Record<string, Child>>;
  },
): Html {
  const { name, label, options } = given;
  const values = Object.keys(options);
  const chosen = values.find((value) => value === state.values[name]) ?? values[0];
  return html`<fieldset class="field choice" aria-describedby="${name}-error">
<legend class="form-label">${label}</legend>
${values.map((value) => html`<p class="check"><input type="radio" id="${name}-${value}" name="${name}" value="${value}"${attribute('checked', value === chosen)}><label for="${name}-${value}">${options[value]}</label></p>`)}
${below(state, given)}
</fieldset>`;
}

type Named = Pick<Field, 'name' | 'id' | 'note' | 'focus'>;

function common(state: Form, { name, id = name, note, focus: first = false }: Named): Html {
  const wrong = state.errors[name] !== undefined;
  const described = note === undefined ? `${id}-error` : `${id}-note ${id}-error`;
  const [wrongFirst] = Object.keys(state.errors);
  const focus = wrongFirst === undefined ? first && !state.summary : wrongFirst === name;
  return html` id="${id}" name="${name}" aria-describedby="${described}"${attribute('aria-invalid', wrong ? 'true' : undefined)}${attribute('autofocus', focus)}`;
}

function below(state: Form, { name, id = name, note }: Named): Html {
  return html`${note === undefined ? null : html`<p class="form-text" id="${id}-note">${note}</p>`}<p class="field-error" id="${id}-error">${state.errors[name]}</p>`;
}

function reveal(id: string): Html {
  return html`<button type="button" class="btn btn-quiet scripts-only" data-reveal="${id}" aria-label="Show password">Show</button>`;
}
