import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';

/* The users of the portal, as it had them before Tweestap: a table with a hash of the password. */

const hash = promisify(scrypt);
const db = new DatabaseSync(process.env.PORTAL_DATABASE ?? 'portal.db');
db.exec('create table if not exists users (nr integer primary key, login text unique, salt blob, hash blob)');

export const findUser = (login) =>
  db.prepare('select nr, login from users where login = ?').get(login.trim().toLowerCase());

export async function isPasswordOf(nr, password) {
  const row = db.prepare('select salt, hash from users where nr = ?').get(nr);
  return row !== undefined && timingSafeEqual(await hash(password, row.salt, 32), row.hash);
}

export async function addUser(login, password) {
  const salt = randomBytes(16);
  const insert = db.prepare('insert or ignore into users (login, salt, hash) values (?, ?, ?)');
  insert.run(login, salt, await hash(password, salt, 32));
}
