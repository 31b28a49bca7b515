import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';

/* The users of the portal, as it had them before Tweestap: a table with a hash of the password. */

const hash = promisify(scrypt);
const db = new DatabaseSync(process.env.PORTAL_DATABASE ?? 'portal.db');
db.exec('create table if not exists users (nr integer primary key, login text unique, salt blob, hash blob)');

export const userOf = (nr) => db.prepare('select nr, login from users where nr = ?').get(nr);

/** Returns the user with this login and password, if there is one. */
export async function verifiedUser(login, password) {
  const row = db.prepare('select * from users where login = ?').get(login.trim().toLowerCase());
  // An unknown login takes as long as a known one, so that the time does not reveal which logins exist.
  const { nr, salt, hash: expected } = row ?? { salt: randomBytes(16), hash: randomBytes(32) };
  return timingSafeEqual(await hash(password, salt, 32), expected) ? userOf(nr) : undefined;
}

export async function addUser(login, password) {
  const salt = randomBytes(16);
  const insert = db.prepare('insert or ignore into users (login, salt, hash) values (?, ?, ?)');
  insert.run(login, salt, await hash(password, salt, 32));
}
