import { realpathSync } from 'node:fs';

/** Whether this module is the program, and not imported. (`import.meta.main` is too new for Node 22.) */
export const isMain = (meta: ImportMeta): boolean =>
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === meta.filename;
