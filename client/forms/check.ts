/** Rules for a field's value, from the page's data attributes and types. */
export interface Rules {
  required: boolean;
  email: boolean;
  min?: number | undefined;
  max?: number | undefined;
  /** The value that it must repeat. */
  same?: string | undefined;
}

/** Why the server would refuse a value, or `''`. Lengths are in code points, as on the server. */
export function fault(value: string, rules: Rules): string {
  const length = Array.from(value).length;
  if (rules.required && length === 0) return 'Please fill in this field.';
  if (rules.email && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) {
    return 'Please enter an e-mail address, such as name@example.com.';
  }
  if (rules.min !== undefined && length < rules.min) {
    return `Must be at least ${rules.min} characters.`;
  }
  if (rules.max !== undefined && length > rules.max) {
    return `Must be at most ${rules.max} characters; this is ${length}.`;
  }
  // Compared as the server hashes it, because a letter may be composed in one field and not in the
  // other.
  if (rules.same !== undefined && value.normalize('NFKC') !== rules.same.normalize('NFKC')) {
    return 'Passwords do not match.';
  }
  return '';
}
