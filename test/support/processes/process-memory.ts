import { readdirSync, readFileSync } from 'node:fs';

/** Bytes of memory a process holds (resident set), without its children; Linux. */
export const residentBytes = (pid: number) => memoryOf(pid, 'VmRSS');

/** The most that it has ever held. */
export const peakBytes = (pid: number) => memoryOf(pid, 'VmHWM');

function memoryOf(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
}

/** How many files, sockets and pipes a process has open; Linux. */
export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Bytes of a process and its children: the resident memory of each, and its share of that (PSS); Linux. */
export interface FamilyMemory {
  resident: number;
  share: number;
  processes: number;
}

/** Looks repeatedly until stopped; stopping returns the largest values seen. */
export function watchFamily(pid: number): () => FamilyMemory {
  const peak: FamilyMemory = { resident: 0, share: 0, processes: 0 };
  const look = () => {
    const now = familyMemory(pid);
    for (const key of ['resident', 'share', 'processes'] as const) {
      peak[key] = Math.max(peak[key], now[key]);
    }
  };
  const timer = setInterval(look, 25);
  return () => {
    clearInterval(timer);
    look();
    return peak;
  };
}

function familyMemory(pid: number): FamilyMemory {
  const children = textOf(`/proc/${pid}/task/${pid}/children`).flatMap((text) => text.split(' '));
  const rollups = [pid, ...children.map(Number)]
    .filter((one) => one > 0)
    .flatMap((one) => textOf(`/proc/${one}/smaps_rollup`));
  const sum = (name: string) =>
    rollups.reduce(
      (total, text) =>
        total + 1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0),
      0,
    );
  return { resident: sum('Rss'), share: sum('Pss'), processes: rollups.length };
}

/** Empty if the process has ended meanwhile. */
function textOf(file: string): string[] {
  try {
    return [readFileSync(file, 'utf8')];
  } catch {
    return [];
  }
}
