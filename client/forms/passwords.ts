/** Makes the buttons that show a typed password until its form is sent. */
export function revealPasswords(): void {
  // A visible password need not be typed twice.
  for (const field of document.querySelectorAll('[data-confirmation]')) field.remove();
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-reveal]')) {
    const input = document.querySelector<HTMLInputElement>(`#${button.dataset['reveal']}`);
    if (!input) continue;
    const show = (shown: boolean): void => {
      input.type = shown ? 'text' : 'password';
      button.textContent = shown ? 'Hide' : 'Show';
      button.setAttribute('aria-label', shown ? 'Hide password' : 'Show password');
    };
    button.addEventListener('click', () => show(input.type === 'password'));
    // Browsers remember what was typed as text.
    input.form?.addEventListener('submit', () => show(false));
  }
}
