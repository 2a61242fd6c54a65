import { dateAndTime } from '../../views/date.ts';
import type { Form } from '../../views/form.ts';
import { attribute, html, type Html } from '../../views/html.ts';

/** The part of the composer's form that schedules publishing. `publishAt`: microseconds, if that is set. */
export function publishLater(
  state: Form,
  { publishAt, publishError }: { publishAt?: number | null; publishError?: string | null },
): Html {
  const names = ['publish_date', 'publish_time', 'publish_zone'];
  const open = publishAt != null || names.some((name) => state.errors[name] !== undefined);
  return html`<details class="later"${attribute('open', open)}><summary>Publish later</summary>
${publishAt != null && plan(publishAt, publishError ?? null)}
<div class="later-fields">
${input(state, 'publish_date', 'Date', html`type="date"`)}
${input(state, 'publish_time', 'Time', html`type="time"`)}
${input(state, 'publish_zone', 'Time zone', html`type="text" autocomplete="off" autocapitalize="none" spellcheck="false" data-zone`)}
</div>
<div class="actions"><button class="btn btn-plain" name="do" value="schedule" formnovalidate>Publish at this time</button>${publishAt != null && html`<button class="btn btn-plain" name="do" value="unschedule" formnovalidate>Do not publish automatically</button>`}</div>
</details>`;
}

function plan(at: number, error: string | null): Html {
  if (error === null) return html`<p>Will be published ${dateAndTime(at)}.</p>`;
  return html`<p class="alert alert-danger">Could not be published ${dateAndTime(at)}: ${error}</p>`;
}

function input({ values, errors }: Form, name: string, label: string, type: Html): Html {
  const wrong = errors[name] !== undefined;
  return html`<div class="field"><label class="form-label" for="${name}">${label}</label>
<input class="form-control" id="${name}" name="${name}" value="${values[name] ?? ''}" aria-describedby="${name}-error"${attribute('aria-invalid', wrong ? 'true' : undefined)} ${type}>
<p class="field-error" id="${name}-error">${errors[name]}</p></div>`;
}
