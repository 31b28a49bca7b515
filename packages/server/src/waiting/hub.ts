/** What waits for a change: a stream or a long poll. */
export interface Waiter {
  /** Called after a change of one of its topics. */
  wake(): void;
  /** Called when the hub ends the wait: it is full, or the server is shutting down. */
  end(reason: 'full' | 'closing'): void;
  /** Called every 15 seconds, so that a stream can send a sign of life. */
  beat?(): void;
}

/** The waiting streams and long polls of one instance. */
export interface Hub {
  /** Adds a waiter. Returns the function that removes it. At the limit, the oldest waiter of the hub or of the group ends. */
  add(waiter: Waiter, options: { topics: readonly string[]; group: string }): () => void;
  /** Wakes what waits for these topics. */
  emit(topics: Iterable<string>): void;
  /** Wakes everything, spread over a second, because signals may have been lost. */
  emitAll(): void;
  /** The number of waiters. */
  readonly size: number;
  /** Ends all waiters; later ones end at once. */
  close(): void;
}

/** In ms. Proxies close a connection on which nothing is sent for a minute. */
const BEAT_MS = 15_000;
/** The number of waiters of an instance. Each one is a small object and an open connection. */
const MAX_WAITERS = 5000;
/** The number of waiters of one flow or phone, such as in several tabs. */
const MAX_IN_GROUP = 4;
/** In ms: the time over which `emitAll` wakes everything, so that the database is not asked all at once. */
const SPREAD_MS = 1000;

/** Creates the hub. Its timer does not keep the process alive, and runs only while something waits. */
export function createHub({ limit = MAX_WAITERS }: { limit?: number } = {}): Hub {
  const entries = new Map<Waiter, { topics: readonly string[]; group: string }>();
  const byTopic = new Map<string, Set<Waiter>>();
  const byGroup = new Map<string, Set<Waiter>>();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const remove = (waiter: Waiter): boolean => {
    const entry = entries.get(waiter);
    if (!entry) return false;
    entries.delete(waiter);
    for (const topic of entry.topics) removeFrom(byTopic, topic, waiter);
    removeFrom(byGroup, entry.group, waiter);
    if (entries.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
    return true;
  };
  const evict = (waiter: Waiter | undefined): void => {
    if (waiter && remove(waiter)) waiter.end('full');
  };
  const beat = (): void => {
    for (const waiter of [...entries.keys()]) waiter.beat?.();
  };

  return {
    add(waiter, { topics, group }) {
      if (isClosed) {
        waiter.end('closing');
        return () => undefined;
      }
      const siblings = byGroup.get(group);
      // Maps and sets keep the order of insertion, so the first one is the oldest.
      if (siblings && siblings.size >= MAX_IN_GROUP) evict(siblings.values().next().value);
      if (entries.size >= limit) evict(entries.keys().next().value);
      entries.set(waiter, { topics, group });
      for (const topic of topics) addTo(byTopic, topic, waiter);
      addTo(byGroup, group, waiter);
      timer ??= setInterval(beat, BEAT_MS).unref();
      return () => void remove(waiter);
    },
    emit(topics) {
      const woken = new Set<Waiter>();
      for (const topic of topics) for (const waiter of byTopic.get(topic) ?? []) woken.add(waiter);
      for (const waiter of woken) waiter.wake();
    },
    emitAll() {
      const all = [...entries.keys()];
      for (const [index, waiter] of all.entries()) {
        setTimeout(() => entries.has(waiter) && waiter.wake(), (index / all.length) * SPREAD_MS).unref();
      }
    },
    get size() {
      return entries.size;
    },
    close() {
      isClosed = true;
      for (const waiter of [...entries.keys()]) if (remove(waiter)) waiter.end('closing');
    },
  };
}

function addTo(map: Map<string, Set<Waiter>>, key: string, waiter: Waiter): void {
  const set = map.get(key) ?? new Set();
  set.add(waiter);
  map.set(key, set);
}

function removeFrom(map: Map<string, Set<Waiter>>, key: string, waiter: Waiter): void {
  const set = map.get(key);
  set?.delete(waiter);
  if (set?.size === 0) map.delete(key);
}
