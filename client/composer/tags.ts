/** Makes the suggestions of the field for tags follow the last one that is typed, and keeps Enter from sending the form. */
export function suggestTags(input: HTMLInputElement): void {
  const { list } = input;
  const names = Array.from(list?.querySelectorAll('option') ?? [], ({ value }) => value);
  const follow = (): void => {
    const [, before = ''] = /^(.*[,，、]\s*)?/su.exec(input.value) ?? [];
    const typed = new Set(input.value.split(/[,，、]/u).map((name) => name.trim().toLowerCase()));
    const left = names.filter((name) => !typed.has(name.toLowerCase()));
    list?.replaceChildren(...left.map((name) => new Option('', before + name)));
  };
  input.addEventListener('input', follow);
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault();
  });
}
