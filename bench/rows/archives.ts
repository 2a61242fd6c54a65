import { join } from 'node:path';
import { type FamilyMemory, watchFamily } from '../../test/support/processes/process-memory.ts';
import type { Bench } from '../group.ts';
import { lazy, once, settingUp } from '../lazy.ts';
import { makeManyPeople } from '../many-people.ts';
import { command, type Place } from '../set-up.ts';
import type { Work } from '../work.ts';
import { MB } from './size.ts';

interface Run {
  peak: FamilyMemory;
  seconds: number;
}

/** Imports, backs the result up, and restores the backup; each once, because it takes long. */
export function archives(bench: Bench): Work[] {
  const { people } = bench;
  const blog = lazy(() => bench.newPlace());
  const archive = async () => join((await blog()).folder, 'blog.backup');
  const imported = once(async () => {
    const place = await blog();
    const { database, media } = await settingUp(() => makeManyPeople(place.folder, people));
    return watched(place, ['import', '--database', database, '--media', media]);
  });
  const saved = once(async () => {
    await imported();
    return watched(await blog(), ['backup', await archive()]);
  });
  const restored = once(async () => {
    await saved();
    return watched(await bench.newPlace(), ['restore', await archive()]);
  });
  const rows = (what: string, run: () => Promise<Run>, goal?: { atMost: number }): Work[] => {
    const row = (figure: string, unit: Work['unit'], read: (run: Run) => number): Work => ({
      name: `${what} of ${people.toLocaleString('en')} people with pictures: ${figure}`,
      unit,
      rounds: 1,
      measure: async () => read(await run()),
    });
    return [
      { ...row('memory, resident', 'MB', ({ peak }) => peak.resident / MB), ...(goal && { goal }) },
      row('memory, shared pages counted once', 'MB', ({ peak }) => peak.share / MB),
      row('pictures', '/s', ({ seconds }) => people / seconds),
    ];
  };
  return [
    ...rows('import', imported, { atMost: 300 }),
    ...rows('backup', saved, { atMost: 300 }),
    ...rows('restore', restored),
  ];
}

async function watched(place: Place, args: string[]): Promise<Run> {
  const begun = performance.now();
  let stop = (): FamilyMemory => ({ resident: 0, share: 0, processes: 0 });
  try {
    await command(place, args, (pid) => (stop = watchFamily(pid)));
  } finally {
    stop();
  }
  return { peak: stop(), seconds: (performance.now() - begun) / 1000 };
}
