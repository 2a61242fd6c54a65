/** Puts the browser's time zone into the field for one, unless a time in another is set already. */
export function prefillZone(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLInputElement>('[data-zone]');
  const date = form.querySelector<HTMLInputElement>('[name=publish_date]');
  if (!field || date?.value !== '') return;
  field.value = new Intl.DateTimeFormat().resolvedOptions().timeZone || field.value;
}
