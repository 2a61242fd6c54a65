/** Says how a batch of uploads goes: at its start, when half is sent, and at its end. */
export function createSpeech(region: Element) {
  let total = 0;
  let added = 0;
  let failed = 0;
  let halfSaid = false;
  const say = (words: string): void => {
    // A new node counts as a change even if its text is the same.
    region.replaceChildren(document.createTextNode(words));
  };
  const end = (): void => {
    if (total === 0 || added + failed < total) return;
    const parts = [
      added > 0 && `${pictures(added)} added.`,
      failed > 0 && `${pictures(failed)} not added.`,
    ];
    say(parts.filter(Boolean).join(' '));
    total = added = failed = 0;
    halfSaid = false;
  };
  return {
    say,
    started(count: number): void {
      total += count;
      say(`Uploading ${pictures(total - added - failed)}.`);
    },
    /** `rest`: the parts of those on their way, from 0 to 1. */
    progress(rest: readonly number[]): void {
      const done = added + failed + rest.reduce((sum, part) => sum + part, 0);
      if (halfSaid || total === 0 || done / total < 0.5) return;
      halfSaid = true;
      say('Half uploaded.');
    },
    added(): void {
      added += 1;
      end();
    },
    failed(): void {
      failed += 1;
      end();
    },
    cancelled(): void {
      total -= 1;
      if (total > 0) end();
      else say('Upload cancelled.');
    },
  };
}

const pictures = (count: number): string => (count === 1 ? '1 picture' : `${count} pictures`);
