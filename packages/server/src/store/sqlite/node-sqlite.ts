import type sqliteModule from 'node:sqlite';

/**
 * The module `node:sqlite`. A static import of it ends an older Node.js with 'No such built-in module', before any code can say
 * which version is needed.
 */
export const sqlite: typeof sqliteModule = loaded();

function loaded(): typeof sqliteModule {
  // The function itself is missing before 20.16.
  const found: typeof sqliteModule | undefined = process.getBuiltinModule?.('node:sqlite');
  if (found) return found;
  throw new Error(`Tweestap needs Node.js 22.13 or later. This is ${process.version}.`);
}
