type Claims = Map<string, WeakRef<HTMLElement>>;

const KEY = Symbol.for('tweestap.claims');

/** The elements of the page that run a flow, by the id of the flow. Each copy of the library uses the same map. */
const claims = (): Claims => {
  const shared = globalThis as { [KEY]?: Claims };
  shared[KEY] ??= new Map();
  return shared[KEY];
};

/** Notes that the element runs a flow, and no other. Returns false, and notes nothing, if another element in the page runs it. */
export const claim = (id: string, element: HTMLElement): boolean => {
  const all = claims();
  const owner = all.get(id)?.deref();
  if (owner && owner !== element && owner.isConnected) return false;
  for (const [other, holder] of all) if ((holder.deref() ?? element) === element) all.delete(other);
  all.set(id, new WeakRef(element));
  return true;
};
