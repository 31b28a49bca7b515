import type {
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
  RootOperationNode,
  UnknownRow,
} from 'kysely';

/** Dies with its unit of writing: a query that was not awaited can't slip into the next one. */
export class UnitGuard implements KyselyPlugin {
  #over = false;

  /** No more queries from now on. */
  end(): void {
    this.#over = true;
  }

  /** @throws when the unit has ended */
  check(): void {
    if (this.#over) throw new Error('This unit of writing is over: every query of it must be awaited.');
  }

  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    this.check();
    return node;
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result;
  }
}

/**
 * Whether the unit's guard is the only plugin. Asks the guard as well, since a query that is built already passes no plugin.
 * @throws when the unit has ended
 */
export function isPlain(plugins: readonly KyselyPlugin[]): boolean {
  let plain = true;
  for (const plugin of plugins) {
    if (plugin instanceof UnitGuard) plugin.check();
    else plain = false;
  }
  return plain;
}
