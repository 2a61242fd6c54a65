import { field, type Form } from '../views/form.ts';
import { html, type Html } from '../views/html.ts';
import { PASSWORD_MIN } from '../users/user.ts';

/**
 * Fields for a new password and its confirmation. With scripts there is a button that shows the
 * password instead of the confirmation.
 */
export function newPasswordFields(
  state: Form,
  { name, label }: { name: string; label: string },
): Html {
  return html`${field(state, {
    name,
    label,
    type: 'password',
    autocomplete: 'new-password',
    min: PASSWORD_MIN,
    note: `Must be at least ${PASSWORD_MIN} characters.`,
  })}
<div class="scriptless" data-confirmation>${field(state, {
    name: 'confirm_password',
    label: 'Confirm Password',
    type: 'password',
    autocomplete: 'new-password',
    same: name,
  })}</div>`;
}
