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

/**
 * Bytes of a process and its children: the sum of their resident memory, and of their shares (PSS),
 * in which shared pages count once; Linux.
 */
export interface FamilyMemory {
  resident: number;
  share: number;
  processes: number;
}

/** Bytes that a family's own memory must have grown by, for its share to be asked for again. */
const GROWN = 1_000_000;

/** Looks repeatedly until stopped; stopping returns the largest values seen. */
export function watchFamily(pid: number): () => FamilyMemory {
  const peak: FamilyMemory = { resident: 0, share: 0, processes: 0 };
  let most = 0;
  const look = () => {
    const family = familyOf(pid);
    const running = family
      .flatMap((one) => textOf(`/proc/${one}/status`))
      .filter((text) => text.includes('VmRSS'));
    peak.resident = Math.max(peak.resident, sum(running, 'VmRSS'));
    peak.processes = Math.max(peak.processes, running.length);
    // The kernel looks at each page for the share, which is largest when the processes have most memory of their own.
    const own = sum(running, 'RssAnon');
    if (own < most + GROWN) return;
    most = own;
    const rollups = family.flatMap((one) => textOf(`/proc/${one}/smaps_rollup`));
    peak.share = Math.max(peak.share, sum(rollups, 'Pss'));
  };
  const timer = setInterval(look, 25);
  return () => {
    clearInterval(timer);
    look();
    return peak;
  };
}

/** The process and its children. */
function familyOf(pid: number): number[] {
  const children = textOf(`/proc/${pid}/task/${pid}/children`).flatMap((text) => text.split(' '));
  return [pid, ...children.map(Number)].filter((one) => one > 0);
}

/** Bytes, of lines in kB. */
function sum(texts: string[], name: string): number {
  const line = new RegExp(`^${name}:\\s+(\\d+)`, 'm');
  return texts.reduce((total, text) => total + 1024 * Number(line.exec(text)?.[1] ?? 0), 0);
}

/** Empty if the process has ended meanwhile. */
function textOf(file: string): string[] {
  try {
    return [readFileSync(file, 'utf8')];
  } catch {
    return [];
  }
}
