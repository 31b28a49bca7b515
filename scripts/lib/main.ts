import { realpathSync } from 'node:fs';

/** Returns whether the module was started and not imported. Node 22 does not have `import.meta.main` in all releases. */
export const isMain = (meta: ImportMeta): boolean =>
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === meta.filename;
