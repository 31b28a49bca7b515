/**
 * Returns the groups of nodes that reach each other (Tarjan, 'Depth-first search and linear graph algorithms', 1972).
 * A single node is a group only if it refers to itself.
 */
export function cycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): number => {
    const at = index.size;
    index.set(node, at);
    low.set(node, at);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      const reach = index.has(next) ? (stack.includes(next) ? (index.get(next) ?? at) : at) : visit(next);
      low.set(node, Math.min(low.get(node) ?? at, reach));
    }
    if (low.get(node) === at) {
      const group = stack.splice(stack.indexOf(node));
      if (group.length > 1 || graph.get(node)?.includes(node)) found.push(group);
    }
    return low.get(node) ?? at;
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return found;
}
