import { readFileSync } from 'node:fs';

/** Calls `stop` when one of the programs that started this one is gone: npx and pnpm can be killed without passing it on. */
export function stopWithLaunchers(stop: () => void): void {
  const parent = process.ppid;
  const chain = launchers(parent);
  const timer = setInterval(() => {
    const whole = process.ppid === parent && chain.every(({ pid, startedBy }) => parentOf(pid) === startedBy);
    if (whole) return;
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
 * Our parent and its parents as far as they are package managers, without the outermost one: that the shell or the terminal that
 * started it goes on is nothing to us. Empty where there is no /proc.
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

/** The fourth field of proc(5)'s `stat`; the second one is a name in brackets that may contain anything. */
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
