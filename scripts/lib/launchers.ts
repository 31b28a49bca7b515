import { readFileSync } from 'node:fs';

/** Calls `stop` when one of the programs that started this one has ended. npx and pnpm do not pass on a SIGKILL. */
export function stopWithLaunchers(stop: () => void): void {
  const parent = process.ppid;
  const chain = launchers(parent);
  const timer = setInterval(() => {
    const isIntact = process.ppid === parent && chain.every(({ pid, startedBy }) => parentOf(pid) === startedBy);
    if (isIntact) return;
    clearInterval(timer);
    stop();
  }, 500);
  timer.unref();
}

interface Launcher {
  readonly pid: number;
  readonly startedBy: number;
}

/**
 * Returns the parent process and its ancestors up to the outermost package manager. That one is excluded, since a change of
 * its own parent is irrelevant. The list is empty on systems without /proc.
 */
function launchers(parent: number): Launcher[] {
  const chain: Launcher[] = [];
  let pid = parent;
  for (let startedBy = parentOf(pid); startedBy !== undefined; startedBy = parentOf(pid)) {
    if (!/\bp?npm\b|\bnpx\b/.test(read(startedBy, 'cmdline') ?? '')) break;
    chain.push({ pid, startedBy });
    pid = startedBy;
  }
  return chain;
}

/** Returns the fourth field of `stat` in proc(5). The second field is a name in brackets that can contain any character. */
function parentOf(pid: number): number | undefined {
  const fields = read(pid, 'stat')?.replace(/^.*\)/s, '').trim().split(' ');
  return fields?.[1] === undefined ? undefined : Number(fields[1]);
}

function read(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return undefined;
  }
}
