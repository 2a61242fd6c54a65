import { changeFace } from '../faces.ts';

/**
 * Shows a user's new face everywhere: the picture of that key, or initials. The page has a template
 * of each, in which 32 zeros stand for the key.
 */
export function setFaces(person: string, key: string | null): void {
  const id = key === null ? 'face-initials' : 'face-picture';
  const template = document.querySelector<HTMLTemplateElement>(`#${id}`);
  const markup = template?.innerHTML.replaceAll('0'.repeat(32), key ?? '');
  if (markup) changeFace(person, markup);
}
